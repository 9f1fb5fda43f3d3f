// mocha's own report, and the counts in a file for the command that closes with them.
"use strict";
const fs = require("node:fs");
const { reporters } = require("mocha");

module.exports = class extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    runner.once("end", () => {
      const { passes: passed, failures: failed, pending: skipped } = this.stats;
      fs.writeFileSync(options.reporterOptions.file, JSON.stringify({ passed, failed, skipped }));
    });
  }
};
