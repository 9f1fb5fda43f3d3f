import { createHash } from "node:crypto";
import path from "node:path";
import { askerOf } from "../../infra/targets/gcp/google";
import { runDone, sqlDone, type RunOperation, type SqlOperation } from "../../infra/targets/gcp/operations";
import type { Config } from "../../infra/settings/stack-file";
import { accessToken } from "../../rehearsal/access-token";
import type { Place } from "../rehearsal/place";
import { isKept } from "../rehearsal/server";
import { readJson, writeWhenChanged } from "../stack/files";
import type { Session } from "../start/set-up";
import { NotJudged } from "./base";
import { PATIENCE_MS } from "./revisions";
import type { Snapshot } from "./snapshot";
import type { Filled } from "./test-data/fill";

/** What a base is made from; another commit, setting or amount of test data makes another base. */
export type BaseOf = { commit: string; given: Config; testData: number; snapshot: Snapshot | undefined };

/** A base whose cloud was kept: what it was made from, a backup of each Cloud SQL instance before any client came, and when that was. */
type KeptBase = { digest: string; filled: Filled; backups: Record<string, string>; kept: string };

const fileOf = ({ stack }: Place): string => path.join(stack.folder, "kept-base.json");

const digestOf = (of: BaseOf): string =>
  createHash("sha256")
    .update(JSON.stringify({ ...of, snapshot: of.snapshot?.digest }))
    .digest("hex");

/** Whether the cloud at this place was kept, and began as this base. */
export const isKeptBase = (place: Place, of: BaseOf): boolean =>
  isKept(place) && readJson<KeptBase>(fileOf(place))?.digest === digestOf(of);

type At = { place: Place; session: Pick<Session, "env"> };

/** Backs up the databases of a base that was just made, for the next rehearsal from it. */
export const keepBase = async (of: At & { base: BaseOf; filled: Filled }): Promise<void> => {
  const { place, base, filled } = of;
  const sql = connectSql(of);
  const backups = (await sql.instances()).map(async (name) => [name, await sql.backUp(name)]);
  const taken = Object.fromEntries(await Promise.all(backups)) as Record<string, string>;
  const kept: KeptBase = { digest: digestOf(base), filled, backups: taken, kept: new Date().toISOString() };
  writeWhenChanged(fileOf(place), `${JSON.stringify(kept, undefined, 2)}\n`);
};

/** Puts the databases of a kept base back as they were. Resolves to how they had been filled. */
export const putBaseBack = async (of: At): Promise<Filled> => {
  const { backups = {}, filled = {}, kept = "" } = readJson<KeptBase>(fileOf(of.place)) ?? {};
  const sql = connectSql(of);
  const restored = Promise.all(Object.entries(backups).map(([name, id]) => sql.restore(name, id)));
  await restored
    .then(() => forgetRuns(of, new Date(kept)))
    .catch((error: Error) => {
      const { name } = of.place.stack;
      throw new NotJudged(
        `the base that was kept cannot be put back (${error.message}); take it away: ./fleet rehearse --destroy --stack ${name}`,
      );
    });
  return filled;
};

const PAUSE_MS = 200;

type Run = { name: string; createTime: string };

/**
 * Takes away the runs of jobs since a time. They worked on databases that are gone: an update that finds one takes its migration for
 * applied (decision 15).
 */
export const forgetRuns = async ({ place, session: { env } }: At, since: Date): Promise<void> => {
  const base = env["GOOGLE_CLOUD_RUN_V2_CUSTOM_ENDPOINT"] ?? "";
  const ask = askerOf({ base, accessToken: accessToken(place.folder), env, pauseMs: PAUSE_MS });
  const at = `projects/${place.project}/locations/${place.region}`;
  const { jobs = [] } = await ask<{ jobs?: { name: string }[] }>("GET", `${at}/jobs?pageSize=1000`);
  for (const { name: job } of jobs) {
    const { executions = [] } = await ask<{ executions?: Run[] }>("GET", `${job}/executions?pageSize=1000`);
    // Without a known time, all.
    for (const { name } of executions.filter((run) => !(Date.parse(run.createTime) <= since.getTime())))
      await runDone({
        operation: await ask<RunOperation>("DELETE", name),
        ask,
        pauseMs: PAUSE_MS,
        patienceMs: PATIENCE_MS,
      });
  }
};

const connectSql = ({ place, session: { env } }: At) => {
  const base = env["GOOGLE_SQL_CUSTOM_ENDPOINT"] ?? "";
  const ask = askerOf({ base, accessToken: accessToken(place.folder), env, pauseMs: PAUSE_MS });
  const { project } = place;
  const at = `projects/${project}`;

  const posted = async (path: string, body: object): Promise<SqlOperation> => {
    const operation = await ask<SqlOperation>("POST", `${at}/${path}`, body);
    await sqlDone({ operation, ask, pauseMs: PAUSE_MS, patienceMs: PATIENCE_MS, project });
    return operation;
  };

  return {
    instances: async (): Promise<string[]> => {
      const { items = [] } = await ask<{ items?: { name: string }[] }>("GET", `${at}/instances`);
      return items.map(({ name }) => name);
    },
    backUp: async (instance: string): Promise<string> => {
      const { backupContext } = await posted(`instances/${instance}/backupRuns`, {});
      return backupContext!.backupId;
    },
    restore: async (instance: string, backupRunId: string): Promise<void> => {
      const body = { restoreBackupContext: { backupRunId, instanceId: instance } };
      await posted(`instances/${instance}/restoreBackup`, body);
    },
  };
};
