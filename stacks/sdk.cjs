// Loads Pulumi's SDK without what costs time in every update and serves none of ours.
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

/**
 * The SDK takes a stack trace for each of its promises, several for every resource, to name those that never end when
 * PULUMI_DEBUG_PROMISE_LEAKS is set: a tenth of the program's CPU (2026-11-24). Promises are still watched without it.
 */
const withoutStackTraces = (debuggable) => {
  const { debuggablePromise } = debuggable;
  debuggable.debuggablePromise = (...args) => {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    try {
      return debuggablePromise(...args);
    } finally {
      Error.stackTraceLimit = limit;
    }
  };
};

if (!process.env.PULUMI_DEBUG_PROMISE_LEAKS) withoutStackTraces(require("@pulumi/pulumi/runtime/debuggable"));
