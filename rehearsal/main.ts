import Docker from "dockerode";
import { readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { apis } from "./apis";
import { openRehearsal, type Rehearsal } from "./rehearsal";
import { REHEARSAL_LABEL, type ServerSettings } from "./settings";

/**
 * `tsx rehearsal/main.ts <folder>` serves what the folder holds until SIGTERM; with `--remove` it takes away what was
 * made on this machine, and the folder.
 */
const main = async ([folder = "", flag]: string[]): Promise<void> => {
  const docker = new Docker();
  const settings = JSON.parse(readFileSync(path.join(folder, "settings.json"), "utf8")) as ServerSettings;
  if (flag === "--remove") return remove({ folder, settings, docker });
  const rehearsal = await open({ folder, settings, docker });
  for (const signal of ["SIGTERM", "SIGINT"] as const)
    process.once(signal, () => void rehearsal.close().finally(() => process.exit(0)));
};

type Started = { folder: string; settings: ServerSettings; docker: Docker };

const open = ({ folder, settings, docker }: Started): Promise<Rehearsal> => {
  const { projectId, port, prefix, imagePrefix, ports } = settings;
  const realise = { docker, prefix, imagePrefix, ports, labels: { [REHEARSAL_LABEL]: prefix } };
  return openRehearsal({ folder: path.resolve(folder), projectId, port, realise });
};

const remove = async (started: Started): Promise<void> => {
  const { docker, folder, settings } = started;
  const rehearsal = await open(started);
  await rehearsal.close();
  for (const { remove: removeApi } of apis) await removeApi?.(rehearsal.cloud);
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
