// What Pulumi runs for --policy-pack policy: the compiled pack, compiled again whenever a source is newer.
"use strict";
const { compile } = require("../stacks/compile.cjs");

require(compile("policy/index.ts"));
