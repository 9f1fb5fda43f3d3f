import { createHash } from "node:crypto";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { askerOf } from "../../infra/targets/gcp/google";
import type { Config } from "../../infra/settings/stack-file";
import { accessToken } from "../../rehearsal/access-token";
import type { Place } from "../rehearsal/place";
import { isKept } from "../rehearsal/server";
import { readJson, writeWhenChanged } from "../stack/files";
import type { Session } from "../start/set-up";
import { NotJudged } from "./base";
import type { Snapshot } from "./snapshot";
import type { Filled } from "./test-data/fill";

/** What a base is made from; another commit, setting or amount of test data makes another base. */
export type BaseOf = { commit: string; given: Config; testData: number; snapshot: Snapshot | undefined };

/** A base whose cloud was kept: what it was made from, and a backup of each Cloud SQL instance before any client came. */
type KeptBase = { digest: string; filled: Filled; backups: Record<string, string> };

const fileOf = ({ stack }: Place): string => path.join(stack.folder, "kept-base.json");

const digestOf = (of: BaseOf): string =>
  createHash("sha256")
    .update(JSON.stringify({ ...of, snapshot: of.snapshot?.digest }))
    .digest("hex");

/** Whether the cloud at this place was kept, and began as this base. */
export const isKeptBase = (place: Place, of: BaseOf): boolean =>
  isKept(place) && readJson<KeptBase>(fileOf(place))?.digest === digestOf(of);

type At = { place: Place; session: Session };

/** Backs up the databases of a base that was just made, for the next rehearsal from it. */
export const keepBase = async (of: At & { base: BaseOf; filled: Filled }): Promise<void> => {
  const { place, base, filled } = of;
  const sql = connectSql(of);
  const backups = (await sql.instances()).map(async (name) => [name, await sql.backUp(name)]);
  const taken = Object.fromEntries(await Promise.all(backups)) as Record<string, string>;
  const kept: KeptBase = { digest: digestOf(base), filled, backups: taken };
  writeWhenChanged(fileOf(place), `${JSON.stringify(kept, undefined, 2)}\n`);
};

/** Puts the databases of a kept base back as they were. Resolves to how they had been filled. */
export const putBaseBack = async (of: At): Promise<Filled> => {
  const { backups = {}, filled = {} } = readJson<KeptBase>(fileOf(of.place)) ?? {};
  const sql = connectSql(of);
  await Promise.all(Object.entries(backups).map(([name, id]) => sql.restore(name, id))).catch((error: Error) => {
    const { name } = of.place.stack;
    throw new NotJudged(
      `the base that was kept cannot be put back (${error.message}); take it away: ./fleet rehearse --destroy --stack ${name}`,
    );
  });
  return filled;
};

type Operation = {
  name: string;
  status: string;
  error?: { errors?: { message?: string }[] };
  backupContext?: { backupId: string };
};

const PAUSE_MS = 200;

const connectSql = ({ place, session: { env } }: At) => {
  const base = env["GOOGLE_SQL_CUSTOM_ENDPOINT"] ?? "";
  const ask = askerOf({ base, accessToken: accessToken(place.folder), env, pauseMs: PAUSE_MS });
  const at = `projects/${place.project}`;

  const settled = async (operation: Operation): Promise<Operation> => {
    let last = operation;
    for (; last.status !== "DONE"; await sleep(PAUSE_MS))
      last = await ask<Operation>("GET", `${at}/operations/${last.name}`);
    if (last.error) throw new Error(last.error.errors?.map(({ message }) => message).join("; "));
    return last;
  };

  return {
    instances: async (): Promise<string[]> => {
      const { items = [] } = await ask<{ items?: { name: string }[] }>("GET", `${at}/instances`);
      return items.map(({ name }) => name);
    },
    backUp: async (instance: string): Promise<string> => {
      const operation = await ask<Operation>("POST", `${at}/instances/${instance}/backupRuns`, {});
      await settled(operation);
      return operation.backupContext!.backupId;
    },
    restore: async (instance: string, backupRunId: string): Promise<void> => {
      const body = { restoreBackupContext: { backupRunId, instanceId: instance } };
      await settled(await ask<Operation>("POST", `${at}/instances/${instance}/restoreBackup`, body));
    },
  };
};
