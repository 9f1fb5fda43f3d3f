import { setTimeout as sleep } from "node:timers/promises";
import { PlainError } from "../../problems";
import { askerOf, GoogleError, type Access } from "./google";
import { sqlDone, type SqlOperation } from "./operations";

/** Cloud SQL's API as far as a backup has to be made; one object for each update. */
export type Backups = {
  /**
   * Makes a backup of an instance, at most one in an update, and resolves when it is complete.
   * @throws PlainError where there is none at the end
   */
  take: (of: { project: string; instance: string; description: string }) => Promise<void>;
};

/** Instances do one thing at a time: https://cloud.google.com/sql/docs/postgres/troubleshooting#operation-in-progress */
const BUSY = 409;
/** How long an instance may be busy with something else, such as the night's backup, in milliseconds. */
const PATIENCE_MS = 20 * 60_000;

/** Connects to Cloud SQL's API. */
export const connectBackups = ({ pauseMs = 2000, ...access }: Access): Backups => {
  const base = access.env["GOOGLE_SQL_CUSTOM_ENDPOINT"] ?? "https://sqladmin.googleapis.com/sql/v1beta4/";
  const ask = askerOf({ ...access, pauseMs, base });
  const taken = new Map<string, Promise<void>>();

  const insert = async (at: string, body: object): Promise<SqlOperation> => {
    for (const end = Date.now() + PATIENCE_MS; ; await sleep(pauseMs)) {
      try {
        return await ask<SqlOperation>("POST", `${at}/backupRuns`, body);
      } catch (error) {
        // It was refused, so nothing was begun.
        if (!(error instanceof GoogleError && error.status === BUSY) || Date.now() > end) throw error;
      }
    }
  };

  const back = async (of: Parameters<Backups["take"]>[0]): Promise<void> => {
    const { project, instance, description } = of;
    const operation = await insert(`projects/${project}/instances/${instance}`, { description });
    await sqlDone({ operation, ask, pauseMs, project }).catch((error: Error) => {
      throw new PlainError(`${instance} could not be backed up: ${error.message}`);
    });
  };

  return {
    take: (of) => {
      const key = `${of.project}/${of.instance}`;
      const taking = taken.get(key) ?? back(of);
      taken.set(key, taking);
      return taking;
    },
  };
};
