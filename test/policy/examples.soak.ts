import { expect } from "chai";
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import type { Resource } from "../../policy/rule";
import { rules } from "../../policy/rules";
import { findings } from "./broken";

/**
 * The policy pack over programs that are not ours: EXAMPLES names a folder of Pulumi programs with their packages installed,
 * such as gcp-ts-* of the public examples of Pulumi. Each runs unchanged, against mocks.
 *
 *     EXAMPLES=/tmp/examples npm run soak -- test/policy/examples.soak.ts
 */
const { EXAMPLES: examples = "" } = process.env;
const programs =
  examples === "" ? [] : readdirSync(examples).filter((name) => existsSync(path.join(examples, name, "Pulumi.yaml")));

const resourcesOf = (program: string): Resource[] => {
  const { status, output } = spawnSync(process.execPath, [path.resolve("test/policy/example-program.cjs")], {
    cwd: path.join(examples, program),
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe", "pipe"],
    maxBuffer: 64 << 20,
  });
  expect(status, output.join("\n")).to.equal(0);
  return JSON.parse(output[3] ?? "") as Resource[];
};

describe("the policy pack over programs that are not ours", () => {
  for (const program of programs)
    it(`judges ${program}`, () => {
      const resources = resourcesOf(program);
      expect(resources.filter(({ type }) => type.startsWith("gcp:"))).to.not.have.lengthOf(0);
      const foreign = rules.filter(({ isOurs }) => isOurs !== true);
      const found = findings(resources, foreign).map(({ rule, about }) => `${rule}: ${about}`);
      process.stdout.write(found.map((line) => `        ${line}\n`).join(""));
    });
});
