import type Docker from "dockerode";
import { readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { connect, engineHost } from "../docker/connect";
import { apis } from "./apis";
import { cloudOf, openRehearsal, type CloudOptions } from "./rehearsal";
import { REHEARSAL_LABEL, type ServerSettings } from "./settings";

/**
 * `tsx rehearsal/main.ts <folder>` serves what the folder holds until SIGTERM; with `--remove` it takes away what was
 * made on this machine, and the folder.
 */
const main = async ([folder = "", flag]: string[]): Promise<void> => {
  const docker = await connect(engineHost());
  const settings = JSON.parse(readFileSync(path.join(folder, "settings.json"), "utf8")) as ServerSettings;
  if (flag === "--remove") return remove({ folder, settings, docker });
  const rehearsal = await openRehearsal(optionsOf({ folder, settings, docker }));
  for (const signal of ["SIGTERM", "SIGINT"] as const)
    process.once(signal, () => void rehearsal.close().finally(() => process.exit(0)));
};

type Place = { folder: string; settings: ServerSettings; docker: Docker };

const optionsOf = ({ folder, settings, docker }: Place): CloudOptions => {
  const { projectId, port, prefix, imagePrefix, ports } = settings;
  const realise = { docker, prefix, imagePrefix, ports, labels: { [REHEARSAL_LABEL]: prefix } };
  return { folder: path.resolve(folder), projectId, port, realise };
};

/** Nothing is started for it: what was under way would make things while they are taken away. */
const remove = async (place: Place): Promise<void> => {
  const { docker, folder, settings } = place;
  const cloud = cloudOf(optionsOf(place));
  for (const { remove: removeApi } of apis) await removeApi?.(cloud);
  await sweep(docker, `${REHEARSAL_LABEL}=${settings.prefix}`);
  rmSync(folder, { recursive: true, force: true });
};

/** What an API should have removed and did not, after a crash for example. */
const sweep = async (docker: Docker, label: string): Promise<void> => {
  const filters = { label: [label] };
  for (const { Id } of await docker.listContainers({ all: true, filters }))
    await docker.getContainer(Id).remove({ force: true, v: true });
  for (const { Id } of await docker.listNetworks({ filters })) await docker.getNetwork(Id).remove();
  for (const { Name } of (await docker.listVolumes({ filters })).Volumes) await docker.getVolume(Name).remove();
};

main(process.argv.slice(2)).catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
