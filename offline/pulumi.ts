import fs from "node:fs";
import path from "node:path";
import type { Report } from "./command";
import { digestOf, inOffline } from "./digest";
import { build, linkFlags, requireGo, type Building } from "./go";
import { cliFolder, cliPrograms, pluginProgram, type PluginName, type Program } from "./programs";

type Installation = { home: string; plugins: readonly PluginName[]; report: Report; signal?: AbortSignal };

/**
 * Makes `home` a PULUMI_HOME with the CLI, the Node language host and the named plugins, built from Go modules.
 * Builds only what is missing or was built from other sources.
 */
export const installPulumi = async ({ home, plugins, report, signal }: Installation): Promise<void> => {
  const version = installedVersion("pulumi");
  const programs = [...cliPrograms(version), ...plugins.map(programOf)];
  const missing = programs.filter((program) => !isInstalled({ home, program }));
  if (missing.length > 0) requireGo();
  for (const program of missing) await install({ home, program, report, signal });
  installDynamicProviders(path.join(home, cliFolder(version)));
  keepNoLogs(home);
};

/** Whether the plugin in this PULUMI_HOME is one of ours and not the official one. */
export const isStandIn = (home: string, plugin: PluginName): boolean =>
  fs.existsSync(stampOf(path.join(home, programOf(plugin).target)));

const programOf = (name: PluginName): Program => pluginProgram({ name, version: installedVersion(`@pulumi/${name}`) });

const isInstalled = ({ home, program }: { home: string; program: Program }): boolean => {
  const file = path.join(home, program.target);
  const stamp = stampOf(file);
  return fs.existsSync(file) && fs.existsSync(stamp) && fs.readFileSync(stamp, "utf8") === digestOfProgram(program);
};

const install = async ({ home, program, report, signal }: Building & { home: string }): Promise<void> => {
  const file = path.join(home, program.target);
  const name = `${path.basename(file)} ${program.version}`;
  const started = Date.now();
  report(`building ${name} from Go modules`);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  // Built beside and renamed: half a binary is never found under the real name.
  const partial = `${file}.partial`;
  try {
    await build({ program, output: partial, report: (line) => report(`${name}: ${line}`), signal });
    fs.renameSync(partial, file);
  } finally {
    fs.rmSync(partial, { force: true });
  }
  fs.writeFileSync(stampOf(file), digestOfProgram(program));
  report(`built ${name} in ${Math.round((Date.now() - started) / 1000)} s`);
};

/** The CLI looks for this script of the npm package beside itself. */
const installDynamicProviders = (folder: string): void => {
  const name = "pulumi-resource-pulumi-nodejs";
  const [from, to] = [path.resolve("node_modules/@pulumi/pulumi", name), path.join(folder, name)];
  if (fs.existsSync(to) && fs.readFileSync(to).equals(fs.readFileSync(from))) return;
  fs.copyFileSync(from, to);
  fs.chmodSync(to, 0o755);
};

/**
 * The CLI (3.250) writes every value that it handles into a log of each run, and no setting turns that off: 0.2 s of CPU
 * of an update. A file in the place of their folder does; the CLI goes on without (`-v=9 --logtostderr` still shows all).
 */
const keepNoLogs = (home: string): void => {
  const logs = path.join(home, "logs");
  if (fs.lstatSync(logs, { throwIfNoEntry: false })?.isFile()) return;
  fs.rmSync(logs, { recursive: true, force: true });
  fs.writeFileSync(logs, "No logs here: see offline/pulumi.ts.\n");
};

const digestOfProgram = (program: Program): string =>
  digestOf({ root: inOffline("pulumi"), sources: program.sources, facts: [program.package, linkFlags(program)] });

const stampOf = (file: string): string => `${file}.stand-in`;

/** The installed npm packages decide: a plugin answers the requests of its SDK. */
const installedVersion = (name: string): string => {
  const manifest = JSON.parse(fs.readFileSync(path.resolve("node_modules", name, "package.json"), "utf8")) as {
    version: string;
  };
  return manifest.version;
};
