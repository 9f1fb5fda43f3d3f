#!/usr/bin/env node
// The one door to every command: makes sure of Node and the npm packages, then runs ops/main.ts compiled.
// Plain JavaScript on purpose: on a fresh clone nothing is installed that could read TypeScript.
"use strict";
const path = require("node:path");
const { nodeIsTooOld, ofAnotherUser, installPackages } = require("./start/packages.cjs");

process.chdir(path.dirname(__dirname));
const problem = nodeIsTooOld(process.versions.node) ?? ofAnotherUser() ?? installPackages();
if (problem) {
  process.stderr.write(`${problem}\n`);
  process.exit(1);
}
require(compiled()).main(process.argv);

function compiled() {
  try {
    return require("../stacks/compile.cjs").compile("ops/main.ts");
  } catch (error) {
    process.stderr.write(`${error.message}\n    cure: mend the source that esbuild names above, then run this again\n`);
    process.exit(1);
  }
}
