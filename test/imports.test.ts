import { expect } from "chai";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

const shared = [
  "base-image",
  "build",
  "content",
  "context",
  "digests.json",
  "egress",
  "git",
  "review-migrations",
  "tracked",
].map((name) => `infra/targets/${name}`);
const ground = ["cures", "forwarded", "loopback", "machine", "naming", "outputs", "problems"].map(
  (name) => `infra/${name}`,
);

/** What the files of a folder may import from this project (the longest match decides) and from packages. */
const allowed: Record<string, { folders: string[]; packages: RegExp }> = {
  stacks: { folders: ["stacks", "infra"], packages: /^(node:|@pulumi\/pulumi$|yaml$)/ },
  "infra/settings": { folders: ["infra/settings", ...ground], packages: /^(@pulumi\/pulumi|zod|yaml)$/ },
  "infra/catalogue": {
    folders: ["infra/catalogue", "infra/loopback", "infra/naming", "infra/problems"],
    // croner reads a schedule's times.
    packages: /^(node:path|zod$|croner$)/,
  },
  // The plan is made of settings; their types are all that it takes from there.
  "infra/plan": {
    folders: ["infra/plan", "infra/catalogue", "infra/settings", ...ground],
    packages: /^(node:path|zod$)/,
  },
  // Both targets and commands read how an image is built.
  "infra/targets": {
    folders: [...shared, "infra/plan", "infra/problems", "infra/cures", "infra/loopback", "docker"],
    packages: /^node:/,
  },
  // Both targets make resources by it.
  "infra/targets/shared": {
    folders: ["infra/targets/shared", ...shared, "infra/plan", ...ground],
    packages: /^@pulumi\/(pulumi|docker)$/,
  },
  "infra/targets/local": {
    folders: [
      "infra/targets/local",
      "infra/targets/shared",
      ...shared,
      "infra/plan",
      "infra/catalogue",
      "docker",
      ...ground,
    ],
    packages: /^(node:|@pulumi\/(pulumi|docker|random)$|dockerode$)/,
  },
  "infra/targets/gcp": {
    folders: ["infra/targets/gcp", "infra/targets/shared", ...shared, "infra/plan", "infra/catalogue", ...ground],
    packages: /^(node:|@pulumi\/(pulumi|docker|gcp|random)$|google-auth-library$)/,
  },
  // A target tells its problems before it makes anything.
  infra: { folders: ["infra/problems", "infra/cures"], packages: /^(@pulumi\/pulumi|node:(crypto|fs|os))$/ },
};

/** The floors above the program, from the ground up: a file imports its own room and lower floors. */
const floors: string[][] = [
  ["infra"],
  ["offline"],
  ["docker", "guard", "stacks"],
  ["policy", "rehearsal"],
  ["ops/terminal"],
  ["ops/stack"],
  ["ops/start", "ops/data", "ops/django", "ops/logs", "demo"],
  ["ops/doctor", "ops/status", "ops/rotation", "ops/rehearsal", "cost", "dashboard"],
  ["ops/verification", "ops/change"],
  ["ops/roll-out", "ops/review"],
  ["ops/commands"],
  ["ops/main.ts"],
  ["ops/fleet.cjs"],
];

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory()
      ? filesBelow(join(folder, entry.name))
      : /\.(ts|tsx|cjs)$/.test(entry.name)
        ? [join(folder, entry.name)]
        : [],
  );

const importsOf = (file: string): { from: string; typeOnly: boolean }[] =>
  [
    ...readFileSync(file, "utf8").matchAll(
      /(import|export)\s+(type\s+)?[^;"']*?from\s+"([^"]+)"|(?:import|require)\("([^"]+)"\)/g,
    ),
  ].map(([, , type, from, called]) => ({ from: (from ?? called) as string, typeOnly: type !== undefined }));

const isIn = (target: string, place: string): boolean =>
  target === place || target.startsWith(`${place}/`) || `${target}.ts` === place;

describe("imports", () => {
  for (const file of [...filesBelow("stacks"), ...filesBelow("infra")].filter((name) => name.endsWith(".ts"))) {
    it(`of ${file} go one way`, () => {
      const folder = Object.keys(allowed)
        .sort((a, b) => b.length - a.length)
        .find((key) => file.startsWith(`${key}/`));
      const rule = allowed[folder as string];
      for (const { from, typeOnly } of importsOf(file)) {
        if (from.startsWith(".")) {
          const target = normalize(join(dirname(file), from));
          expect(
            rule?.folders.some((allow) => isIn(target, allow)),
            `${file} imports ${target}`,
          ).to.equal(true);
          if (folder !== "infra/settings" && folder !== "stacks" && target.startsWith("infra/settings"))
            expect(typeOnly, `${file} imports ${target} as more than a type`).to.equal(true);
        } else expect(from, `${file} imports a package`).to.match(rule?.packages as RegExp);
      }
    });
  }
});

describe("floors", () => {
  const floorOf = (file: string): number => floors.findIndex((rooms) => rooms.some((room) => isIn(file, room)));
  const roomOf = (file: string): string | undefined => floors.flat().find((room) => isIn(file, room));

  for (const room of floors.flat().filter((name) => name !== "infra" && name !== "stacks")) {
    it(`of ${room} stand above all that it imports`, () => {
      for (const file of /\.(ts|cjs)$/.test(room) ? [room] : filesBelow(room))
        for (const { from } of importsOf(file).filter((each) => each.from.startsWith("."))) {
          const target = normalize(join(dirname(file), from));
          if (roomOf(target) === room) continue;
          expect(floorOf(target), `${file} imports ${target}`).to.be.within(0, floorOf(file) - 1);
        }
    });
  }

  it("keep the catalogue below them: what works on a stack reads its published plan, what comes before one its wanted plan", () => {
    const above = floors.flat().filter((name) => name !== "infra" && name !== "stacks");
    const readers = above
      .flatMap((room) => (/\.(ts|cjs)$/.test(room) ? [room] : filesBelow(room)))
      .filter((file) =>
        importsOf(file).some(({ from }) => isIn(normalize(join(dirname(file), from)), "infra/catalogue")),
      );
    expect(readers).to.deep.equal([]);
  });

  it("know every room of ops", () => {
    const rooms = readdirSync("ops").map((name) => `ops/${name}`);
    expect(rooms).to.have.members(floors.flat().filter((room) => room.startsWith("ops/")));
  });
});
