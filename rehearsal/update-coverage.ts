import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadApis } from "./apis";
import { coverageTable, withTable } from "./coverage";

/** Writes the table of what is answered into README.md: npx tsx rehearsal/update-coverage.ts */
const file = join(import.meta.dirname, "README.md");
writeFileSync(file, withTable(readFileSync(file, "utf8"), coverageTable(loadApis())));
