// What Pulumi runs ("main" in package.json): the compiled program, compiled again whenever a source is newer.
"use strict";
require("./sdk.cjs");
const { compile } = require("./compile.cjs");

// The SDK takes a stack trace for every promise of every resource, and its source-map-support maps each one: that was
// most of an update's CPU (2026-11-22). Frames stay, unmapped; with the mapped ones, Node 20.20.2 also takes a minute
// and gigabytes to colour an uncaught error.
Error.prepareStackTrace = undefined;

module.exports = require(compile("stacks/index.ts")).program;
