import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { track } from "./track";

/** A service that is in no catalogue, as docs/services.md tells a newcomer to make one. */
export const FIXTURE = "test/fixtures/seventh-service";
export const NAME = "notes";

/** The fixture's catalogue file as it stands in infra/catalogue. */
export const catalogueFile = (): string =>
  replaced({
    text: readFileSync(`${FIXTURE}/catalogue.ts`, "utf8"),
    from: "../../../infra/catalogue/recipes",
    to: "./recipes",
  });

/** What the index says once the service is in it: an import, and its name at the end. */
export const indexWith = (index: string): string =>
  replaced({
    text: replaced({
      text: index,
      from: 'import type { System } from "./vocabulary";',
      to: `import { ${NAME} } from "./${NAME}";\nimport type { System } from "./vocabulary";`,
    }),
    from: / \} as const satisfies Catalogue/,
    to: `, ${NAME} } as const satisfies Catalogue`,
  });

const replaced = ({ text, from, to }: { text: string; from: string | RegExp; to: string }): string => {
  const result = text.replace(from, to);
  if (result === text) throw new Error(`there is no ${from} in:\n${text}`);
  return result;
};

/** A copy of the project as git sees it, without a history, on the same packages. */
export const copyOfProject = (): string => {
  const folder = mkdtempSync(join(tmpdir(), "fleet-seventh-"));
  const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "-z"], {
    encoding: "utf8",
  }).split("\0");
  for (const file of files.filter((name) => name !== "")) cpSync(file, join(folder, file), { errorOnExist: true });
  // One link for each package: an `npm ci` in the copy would empty a folder that is linked as a whole.
  mkdirSync(join(folder, "node_modules"));
  for (const name of readdirSync("node_modules"))
    symlinkSync(resolve("node_modules", name), join(folder, "node_modules", name));
  track(folder);
  const author = ["-c", "user.name=test", "-c", "user.email=test@example.com"];
  execFileSync("git", [...author, "commit", "--quiet", "--message", "The project"], { cwd: folder });
  return folder;
};

/**
 * Adds the fixture to a copy: one folder, one catalogue file, and its name in the index. Locks need a package registry; the
 * fixture depends on what usuarios depends on (a test holds that), so it is given the locks of usuarios.
 */
export const addService = (folder: string): void => {
  const service = join(folder, "services", NAME);
  cpSync(join(FIXTURE, NAME), service, { recursive: true });
  rmSync(join(service, "requirements"), { recursive: true, force: true });
  cpSync("services/usuarios/requirements", join(service, "requirements"), { recursive: true });
  track(folder, service);
  writeFileSync(join(folder, "infra/catalogue", `${NAME}.ts`), catalogueFile());
  const index = join(folder, "infra/catalogue/index.ts");
  writeFileSync(index, indexWith(readFileSync(index, "utf8")));
};
