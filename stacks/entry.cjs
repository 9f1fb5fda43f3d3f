// What Pulumi runs ("main" in package.json): the compiled program, compiled again whenever a source is newer.
"use strict";
const { compile } = require("./compile.cjs");

// 2026-11-22, Node 20.20.2: to colour a frame such as node_modules/@pulumi/resource.ts, which Pulumi's source maps
// produce, util.inspect takes a minute and gigabytes. Any unexpected error would; a folder more in the path cures it.
const mapped = Error.prepareStackTrace;
if (mapped)
  Error.prepareStackTrace = (error, frames) =>
    mapped(error, frames).replace(/node_modules\/@pulumi\/(?=[\w-]+\.ts)/g, "node_modules/@pulumi/pulumi/");

module.exports = require(compile("stacks/index.ts")).program;
