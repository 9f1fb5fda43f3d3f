// What Pulumi runs ("main" in package.json): the compiled program, compiled again whenever a source is newer.
"use strict";
const { compile } = require("./compile.cjs");

module.exports = require(compile("stacks/index.ts")).program;
