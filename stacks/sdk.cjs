// Loads Pulumi's SDK without the compiler and npm inside it.
"use strict";

/**
 * Two modules of @pulumi/pulumi 3.250 exist to turn functions into source text, for dynamic providers. They require
 * TypeScript and npm's arborist when they are loaded: 0.3 s of CPU of every update, and this program never calls them
 * (2026-11-24). Functions that load the real module at their first call stand in for what they export.
 */
const deferred = {
  "@pulumi/pulumi/runtime/closure/serializeClosure": ["serializeFunction", "serializeFunctionAsync"],
  "@pulumi/pulumi/runtime/closure/codePaths": ["computeCodePaths"],
};

const defer = ([module, names]) => {
  const file = require.resolve(module);
  if (require.cache[file]) return;
  const load = () => {
    if (require.cache[file] === standIn) delete require.cache[file];
    return require(file);
  };
  const exports = Object.fromEntries(names.map((name) => [name, (...args) => load()[name](...args)]));
  const standIn = { id: file, filename: file, loaded: true, children: [], paths: [], exports };
  require.cache[file] = standIn;
};

Object.entries(deferred).forEach(defer);
