import type { Call, Work } from "../../api";
import { failedPrecondition, invalidArgument, notRehearsed } from "../../errors";
import { found } from "../../kept";
import { pageOf } from "../../pages";
import { removeBackup, restoreBackup as restore, SqlError, takeBackup } from "../../realise/sql-server";
import type { Resource } from "../../store";
import { DATABASES } from "./databases";
import { engineOf } from "./engines";
import { find, INSTANCES, SECRETS, startOperation, type Instance } from "./instances";

/** Backups on demand. Nothing makes one by itself here. */
export const BACKUPS = "sql.backupRuns";
/** The databases that a backup holds. */
export const CONTENTS = "sql.backupContents";

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

/**
 * https://cloud.google.com/sql/docs/postgres/admin-api/rest/v1beta4/instances/restoreBackup: all databases of the instance are
 * those of the backup. A backup of another instance is not put in here.
 * @throws ApiError 400 without a backup, 404 for one that is not there, 412 for one that is not complete
 */
export const restoreBackup = (call: Call): Resource => {
  const { name: instance } = find(call);
  const { restoreBackupContext: { backupRunId: id, instanceId = instance } = {} } = call.body as Restoring;
  if (!id) throw invalidArgument("Invalid request: restoreBackupContext.backupRunId is missing.");
  if (instanceId !== instance) throw notRehearsed("a backup of another instance is");
  const { status } = found<BackupRun>(call, BACKUPS, `${instance}/${id}`);
  if (status !== "SUCCESSFUL") throw failedPrecondition("Invalid request: the backup run is not successful.");
  return startOperation(call, { instance, type: "RESTORE_VOLUME", work: "sql.restoreBackup", input: { id } });
};

type Restoring = { restoreBackupContext?: { backupRunId?: string; instanceId?: string } };

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
  // What is in the server when the dump begins.
  const contents = store.entries<Resource>(DATABASES, `${instance}/`);
  try {
    const bytes = await takeBackup(cloud.realise, { engine: engine.server, instance, adminPassword, id });
    store.put(CONTENTS, `${instance}/${id}`, { databases: contents });
    end({ status: "SUCCESSFUL", maxChargeableBytes: String(bytes) });
    return {};
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    const failure = { kind: "sql#operationError", code: "ERROR_RDBMS", message: error.message };
    end({ status: "FAILED", error: failure });
    throw failedPrecondition(`Invalid request: ${error.message}`);
  }
};

/** Users stay as the API tells of them, and have the passwords that they had. */
export const restoreBackupWork: Work = async ({ input, ...cloud }) => {
  const { instance, id } = input as Of;
  const { store } = cloud;
  const { engine } = engineOf(store.get<Instance>(INSTANCES, instance)!.databaseVersion);
  const { admin: adminPassword } = store.get<{ admin: string }>(SECRETS, instance)!;
  await restore(cloud.realise, { engine: engine.server, instance, adminPassword, id }).catch((error: Error) => {
    throw error instanceof SqlError ? failedPrecondition(`Invalid request: ${error.message}`) : error;
  });
  store.deleteAll(DATABASES, `${instance}/`);
  const { databases } = store.get<{ databases: [string, Resource][] }>(CONTENTS, `${instance}/${id}`)!;
  for (const [name, database] of databases) store.put(DATABASES, name, database);
  return {};
};

export const deleteBackupWork: Work = async ({ input, ...cloud }) => {
  const { instance, id } = input as Of;
  await removeBackup(cloud.realise, { instance, id });
  for (const kind of [BACKUPS, CONTENTS]) cloud.store.delete(kind, `${instance}/${id}`);
  return {};
};
