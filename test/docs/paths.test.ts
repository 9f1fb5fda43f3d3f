import { expect } from "chai";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";

const pages = [
  "README.md",
  ...readdirSync("docs", { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => path.join("docs", name)),
  ...["offline", "rehearsal", "services"].map((room) => `${room}/README.md`),
];

/** Where a path in backticks may begin: at the root, beside its page, in the chassis, or in any service. */
const placesFor = (page: string): string[] => [
  ".",
  path.dirname(page),
  "services",
  "services/chassis",
  "services/leads",
];

/** Files of other repositories, and those of the service that docs/services.md makes. */
const ELSEWHERE = [
  ".github/workflows/test.yml",
  ".github/workflows/gcp-pr-review.lock.yml",
  "infra/catalogue/notes.ts",
  "services/notes/",
  "services/notes/pyproject.toml",
];

const FILE = /^[\w.-]+(?:\/[\w.-]+)+\.(?:[cm]?[jt]sx?|py|go|md|json|ya?ml|toml|sh|cjs|mjs)$/;

const isFolder = (text: string): boolean =>
  /^[\w-]+(?:\/[\w.-]+)*\/?$/.test(text) && text.includes("/") && existsSync(text.split("/")[0] ?? "");

const pathsIn = (page: string): string[] => {
  const text = readFileSync(page, "utf8");
  return (
    [...text.matchAll(/`([^`\s]+)`/g)]
      .map(([, code = ""]) => code)
      // What commands make is there only once they ran.
      .filter((code) => !code.startsWith(".fleet/"))
      .filter((code) => (FILE.test(code) || isFolder(code)) && !ELSEWHERE.includes(code))
  );
};

const linksIn = (page: string): string[] =>
  [...readFileSync(page, "utf8").matchAll(/\]\((?!\w+:|#)([^)#\s]+)/g)].map(([, link = ""]) => link);

describe("paths in the docs", () => {
  for (const page of pages)
    it(`of ${page} exist`, () => {
      const missing = pathsIn(page).filter(
        (file) => !placesFor(page).some((place) => existsSync(path.join(place, file))),
      );
      const dead = linksIn(page).filter((link) => !existsSync(path.join(path.dirname(page), link)));
      expect([...missing, ...dead]).to.deep.equal([]);
    });

  it("are found: a page names many, and a missing one would show", () => {
    expect(pages.flatMap(pathsIn).length).to.be.greaterThan(50);
    expect(pathsIn("docs/decisions/0030-names-and-identity.md")).to.include("infra/plan/ids.ts");
  });
});

describe("the list of decisions", () => {
  it("has a line for each", () => {
    const decisions = readdirSync("docs/decisions").filter((name) => name !== "README.md");
    expect(linksIn("docs/decisions/README.md")).to.have.members(decisions);
  });
});
