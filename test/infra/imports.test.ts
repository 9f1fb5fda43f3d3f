import { expect } from "chai";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

const shared = ["infra/targets/build", "infra/targets/content"];

/** What the files of a folder may import from this project (longest match decides) and from packages. */
const allowed: Record<string, { folders: string[]; packages: RegExp }> = {
  stacks: { folders: ["stacks", "infra"], packages: /^node:/ },
  "infra/config": {
    folders: ["infra/config", "infra/naming", "infra/problems", "infra/outputs"],
    packages: /^(@pulumi\/pulumi|zod)$/,
  },
  // The plan is made of settings; their type is all it takes from config.
  "infra/catalogue": {
    folders: ["infra/catalogue", "infra/naming", "infra/problems", "infra/config/schema", "infra/config/cloud"],
    packages: /^node:path/,
  },
  // What both targets share: how an image is built, and what differs between them.
  "infra/targets": {
    folders: ["infra/targets/build", "infra/targets/content", "infra/catalogue", "infra/problems"],
    packages: /^(node:|@balena\/dockerignore$)/,
  },
  "infra/targets/local": {
    folders: ["infra/targets/local", ...shared, "infra/catalogue", "infra/naming", "infra/problems", "infra/outputs"],
    packages: /^(node:|@pulumi\/(pulumi|docker|random)$|dockerode$)/,
  },
  // A plan says where in the cloud, in the words of the settings; their types are all it takes from config.
  "infra/targets/gcp": {
    folders: [
      "infra/targets/gcp",
      ...shared,
      "infra/catalogue",
      "infra/naming",
      "infra/problems",
      "infra/outputs",
    ].concat("infra/config/cloud"),
    packages: /^(node:|@pulumi\/(pulumi|docker|gcp|random)$|google-auth-library$)/,
  },
  infra: { folders: [], packages: /^(@pulumi\/pulumi|node:crypto)$/ },
};

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory()
      ? filesBelow(join(folder, entry.name))
      : entry.name.endsWith(".ts")
        ? [join(folder, entry.name)]
        : [],
  );

const imports = (file: string): { from: string; typeOnly: boolean }[] =>
  [
    ...readFileSync(file, "utf8").matchAll(/(import|export)\s+(type\s+)?[^;"']*?from\s+"([^"]+)"|import\("([^"]+)"\)/g),
  ].map(([, , type, from, lazily]) => ({ from: (from ?? lazily) as string, typeOnly: type !== undefined }));

describe("imports", () => {
  for (const file of [...filesBelow("stacks"), ...filesBelow("infra")]) {
    it(`of ${file} go one way`, () => {
      const folder = Object.keys(allowed)
        .sort((a, b) => b.length - a.length)
        .find((key) => file.startsWith(`${key}/`));
      const rule = allowed[folder as string];
      for (const { from, typeOnly } of imports(file)) {
        if (from.startsWith(".")) {
          const target = normalize(join(dirname(file), from));
          expect(
            rule?.folders.some((allow) => target === allow || target.startsWith(`${allow}/`)),
            `${file} imports ${target}`,
          ).to.equal(true);
          if (folder !== "infra/config" && folder !== "stacks" && target.startsWith("infra/config"))
            expect(typeOnly, `${file} imports ${target} as more than a type`).to.equal(true);
        } else expect(from, `${file} imports a package`).to.match(rule?.packages as RegExp);
      }
    });
  }
});
