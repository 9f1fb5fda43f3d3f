import type { Api, Call } from "../api";
import { operationNamed } from "../operation-handlers";
import type { Resource } from "../store";
import * as backups from "./sql/backups";
import * as databases from "./sql/databases";
import * as instances from "./sql/instances";
import * as lists from "./sql/lists";
import { rehearsed } from "./sql/rehearsed";
import * as users from "./sql/users";
import * as works from "./sql/works";

const operation = (call: Call): Resource => (
  instances.requireProject(call),
  operationNamed(call, call.params["operation"] ?? "")
);

/** Cloud SQL for Postgres and MySQL: each instance a server in a container, reached by its socket alone. */
export const sqladmin: Api = {
  name: "sqladmin",
  versions: ["v1beta4", "v1"],
  service: "sqladmin.googleapis.com",
  rehearsed,
  handlers: {
    "sql.instances.insert": instances.insertInstance,
    "sql.instances.get": instances.getInstance,
    "sql.instances.list": instances.listInstances,
    "sql.instances.patch": instances.changeInstance("merge"),
    "sql.instances.update": instances.changeInstance("replace"),
    "sql.instances.delete": instances.deleteInstance,
    "sql.instances.restart": instances.restartInstance,
    "sql.instances.listServerCas": lists.listServerCas,
    "sql.databases.insert": databases.insertDatabase,
    "sql.databases.get": databases.getDatabase,
    "sql.databases.list": databases.listDatabases,
    "sql.databases.patch": databases.changeDatabase,
    "sql.databases.update": databases.changeDatabase,
    "sql.databases.delete": databases.deleteDatabase,
    "sql.users.insert": users.insertUser,
    "sql.users.get": users.getUser,
    "sql.users.list": users.listUsers,
    "sql.users.update": users.updateUser,
    "sql.users.delete": users.deleteUser,
    "sql.operations.get": operation,
    "sql.operations.list": lists.listOperations,
    "sql.tiers.list": lists.listTiers,
    "sql.flags.list": lists.listFlags,
    "sql.connect.get": lists.connectSettings,
    "sql.instances.restoreBackup": backups.restoreBackup,
    "sql.backupRuns.insert": backups.insertBackup,
    "sql.backupRuns.get": backups.getBackup,
    "sql.backupRuns.list": backups.listBackups,
    "sql.backupRuns.delete": backups.deleteBackup,
    "sql.sslCerts.list": lists.emptyList("sql#sslCertsList"),
  },
  works: {
    "sql.apply": works.applyInstance,
    "sql.delete": works.removeInstance,
    "sql.restart": works.restartServerWork,
    "sql.backUp": backups.backUpWork,
    "sql.restoreBackup": backups.restoreBackupWork,
    "sql.deleteBackup": backups.deleteBackupWork,
    "sql.createDatabase": works.createDatabaseWork,
    "sql.alterDatabase": works.alterDatabaseWork,
    "sql.dropDatabase": works.dropDatabaseWork,
    "sql.putUser": works.putUserWork,
    "sql.dropUser": works.dropUserWork,
  },
  start: works.resume,
};
