import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { refuseWith } from "../../infra/problems";
import { readConfig } from "../../ops/stack/config-file";
import { readJson } from "../../ops/stack/files";
import type { Stack } from "../../ops/stack/stack";
import { authorized } from "../../rehearsal/access-token";
import { LOOKS } from "../../rehearsal/looks";
import type { ServerSettings } from "../../rehearsal/settings";

/** A cloud to look at. */
export type CloudPlace = {
  project: string;
  region: string;
  /** Where its APIs answer, each below its own name. */
  url: string;
  headers: Readonly<Record<string, string>>;
  /** The label's value and the first part of the name of each container that it made on this machine. */
  prefix: string;
  /** The folder of the logs of executions. */
  logs: string;
  /** The file of the change that is rehearsed there, if any. */
  change: string;
};

/** Where the rehearsal of a change says how far it is. */
export const liveFile = ({ folder }: Pick<Stack, "folder">): string => path.join(folder, "change-now.json");

/**
 * The rehearsed cloud that a stack is applied to.
 * @throws ProblemsError for a stack on Google's own cloud, and for a rehearsal that does not run.
 */
export const requireRehearsal = async (stack: Stack): Promise<CloudPlace> => {
  const folder = path.join(stack.folder, "cloud");
  const settings = readJson<ServerSettings>(path.join(folder, "settings.json"));
  if (stack.kind !== "own" || !settings)
    return refuseWith({
      path: `stack ${stack.name}`,
      message:
        "it runs on Google Cloud, and is no rehearsal: the dashboard shows stacks in Docker and rehearsals that run, both on this machine",
      cure: "look at it in Google's console (https://console.cloud.google.com/run), or rehearse it: ./fleet rehearse --keep, then: ./fleet dashboard --stack rehearsal",
    });
  const place = {
    project: settings.projectId,
    region: readConfig(stack.configFile).config["gcp:region"] ?? "",
    url: `http://127.0.0.1:${settings.port}`,
    headers: { ...authorized(folder), ...LOOKS },
    prefix: settings.prefix,
    logs: path.join(folder, "logs"),
    change: liveFile(stack),
  };
  if ((await projectAt(place)) !== place.project)
    refuseWith({
      path: `stack ${stack.name}`,
      message: `its rehearsed cloud does not run: at ${place.url} nothing answers for the project ${place.project}`,
      cure: `./fleet rehearse --keep --stack ${stack.name} --port ${settings.port}, then run this again`,
    });
  return place;
};

/** The project of the rehearsal that answers there; undefined where none does. */
const projectAt = async ({ url, headers }: CloudPlace): Promise<string | undefined> => {
  try {
    const answer = await fetch(`${url}/_rehearsal/health`, { headers, signal: AbortSignal.timeout(10_000) });
    return ((await answer.json()) as { project?: { id?: string } }).project?.id;
  } catch {
    return undefined;
  }
};

/** The longest end of a log that is shown, in characters. */
const LONGEST_LOG = 200_000;

/** What an execution's containers printed; undefined where nothing was kept. */
export const executionLog = ({ logs }: CloudPlace, execution: string): string | undefined => {
  const file = path.join(logs, `${execution}.log`);
  return existsSync(file) ? readFileSync(file, "utf8").slice(-LONGEST_LOG) : undefined;
};
