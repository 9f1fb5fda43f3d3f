import type { Call, Work } from "../../api";
import { failedPrecondition } from "../../errors";
import { found } from "../../kept";
import { pageOf } from "../../pages";
import { removeBackup, SqlError, takeBackup } from "../../realise/sql-server";
import type { Resource } from "../../store";
import { engineOf } from "./engines";
import { find, INSTANCES, SECRETS, startOperation, type Instance } from "./instances";

/** Backups on demand. Nothing makes one by itself here. */
export const BACKUPS = "sql.backupRuns";

type BackupRun = Resource & { id: string; instance: string };

/** https://cloud.google.com/sql/docs/postgres/admin-api/rest/v1beta4/backupRuns/insert */
export const insertBackup = (call: Call): Resource => {
  const { name: instance, databaseVersion, ...more } = find(call);
  const { description, location } = call.body as { description?: string; location?: string };
  const id = newId(call, instance);
  const operation = startOperation(call, {
    ...{ instance, type: "BACKUP_VOLUME", work: "sql.backUp", input: { id } },
    tells: { backupContext: { kind: "sql#backupContext", backupId: id } },
  });
  const now = new Date().toISOString();
  call.store.put(BACKUPS, `${instance}/${id}`, {
    ...{ kind: "sql#backupRun", id, instance, databaseVersion, type: "ON_DEMAND", backupKind: "SNAPSHOT" },
    ...(description && { description }),
    location: location ?? more["region"],
    selfLink: `${String(more["selfLink"])}/backupRuns/${id}`,
    ...{ status: "RUNNING", enqueuedTime: now, windowStartTime: now, startTime: now },
  });
  return operation;
};

/** Milliseconds since 1970, as Google's are; none twice. */
const newId = ({ store }: Call, instance: string): string => {
  let id = Date.now();
  while (store.get(BACKUPS, `${instance}/${id}`) !== undefined) id++;
  return String(id);
};

/** @throws ApiError 404 */
export const getBackup = (call: Call): BackupRun =>
  found<BackupRun>(call, BACKUPS, `${find(call).name}/${call.params["id"]}`);

/** The newest first. */
export const listBackups = (call: Call): Resource => {
  const items = call.store.list<BackupRun>(BACKUPS, `${find(call).name}/`);
  const newestFirst = items.toSorted((a, b) => Number(b.id) - Number(a.id));
  return { kind: "sql#backupRunsList", ...pageOf({ call, key: "items", items: newestFirst }) };
};

export const deleteBackup = (call: Call): Resource => {
  const { id, instance } = getBackup(call);
  return startOperation(call, { instance, type: "DELETE_VOLUME", work: "sql.deleteBackup", input: { id } });
};

type Of = { instance: string; id: string };

/** Dumps every database of the server; the dump is kept beside the server's data. */
export const backUpWork: Work = async ({ input, ...cloud }) => {
  const { instance, id } = input as Of;
  const { store } = cloud;
  const end = (outcome: Resource): void => {
    const run = store.get<BackupRun>(BACKUPS, `${instance}/${id}`);
    if (run) store.put(BACKUPS, `${instance}/${id}`, { ...run, endTime: new Date().toISOString(), ...outcome });
  };
  const { engine } = engineOf(store.get<Instance>(INSTANCES, instance)!.databaseVersion);
  const { admin: adminPassword } = store.get<{ admin: string }>(SECRETS, instance)!;
  try {
    const bytes = await takeBackup(cloud.realise, { engine: engine.server, instance, adminPassword, id });
    end({ status: "SUCCESSFUL", maxChargeableBytes: String(bytes) });
    return {};
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    const failure = { kind: "sql#operationError", code: "ERROR_RDBMS", message: error.message };
    end({ status: "FAILED", error: failure });
    throw failedPrecondition(`Invalid request: ${error.message}`);
  }
};

export const deleteBackupWork: Work = async ({ input, ...cloud }) => {
  const { instance, id } = input as Of;
  await removeBackup(cloud.realise, { instance, id });
  cloud.store.delete(BACKUPS, `${instance}/${id}`);
  return {};
};
