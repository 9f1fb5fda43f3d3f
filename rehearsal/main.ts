import type Docker from "dockerode";
import { readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { connect, engineHost } from "../docker/connect";
import { makerLabels } from "../infra/targets/local/labels";
import { rest, sweep } from "./realise/sweep";
import { accessToken } from "./access-token";
import { openRehearsal, registryAt, type CloudOptions } from "./rehearsal";
import { REHEARSAL_LABEL, type ServerSettings } from "./settings";

/**
 * `tsx rehearsal/main.ts <folder>` serves what the folder holds until SIGTERM; with `--attended` until its standard input
 * ends, which it does with the command that holds it, however that ends, and then nothing runs on. With `--remove` it takes
 * away what was made on this machine, and the folder.
 */
const main = async ([folder = "", flag]: string[]): Promise<void> => {
  const docker = await connect(engineHost());
  const settings = JSON.parse(readFileSync(path.join(folder, "settings.json"), "utf8")) as ServerSettings;
  const options = optionsOf({ folder, settings, docker });
  // What was made before labels said by which clone is found too.
  const all = { ...options.realise, labels: { [REHEARSAL_LABEL]: settings.prefix } };
  if (flag === "--remove") {
    await sweep({ ...all, registry: registryAt(settings.port), project: settings.projectId });
    return rmSync(folder, { recursive: true, force: true });
  }
  const rehearsal = await openRehearsal(options);
  const end = (last: () => Promise<void>): void =>
    void rehearsal
      .close()
      .then(last)
      .finally(() => process.exit(0));
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => end(() => Promise.resolve()));
  if (flag === "--attended") process.stdin.resume().once("end", () => end(() => rest(all)));
};

/** Long enough for a look at one page after the other; Cloud Run's own 15 minutes would hold a laptop's memory. */
const IDLE_SECONDS = 120;

type Place = { folder: string; settings: ServerSettings; docker: Docker };

const optionsOf = ({ folder, settings, docker }: Place): CloudOptions => {
  const { projectId, port, prefix, imagePrefix, ports, aws } = settings;
  const labels = { [REHEARSAL_LABEL]: prefix, ...makerLabels() };
  const realise = { docker, prefix, imagePrefix, ports, labels, token: accessToken(folder), idleSeconds: IDLE_SECONDS };
  return { folder: path.resolve(folder), projectId, port, aws, realise };
};

main(process.argv.slice(2)).catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
