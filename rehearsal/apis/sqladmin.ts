import type { Api, Call } from "../api";
import type { Resource } from "../store";
import { changeDatabase, deleteDatabase, getDatabase, insertDatabase, listDatabases } from "./sql/databases";
import {
  changeInstance,
  deleteInstance,
  getInstance,
  insertInstance,
  listInstances,
  requireProject,
} from "./sql/instances";
import { deleteUser, getUser, insertUser, listUsers, updateUser } from "./sql/users";
import {
  applyInstance,
  createDatabaseWork,
  dropDatabaseWork,
  dropUserWork,
  putUserWork,
  removeInstance,
  resume,
} from "./sql/works";

const operation = (call: Call): Resource => (requireProject(call), call.operations.get(call.params["operation"] ?? ""));

/** Cloud SQL for Postgres: each instance a server in a container, reached by its socket alone. */
export const sqladmin: Api = {
  name: "sqladmin",
  versions: ["v1beta4", "v1"],
  service: "sqladmin.googleapis.com",
  handlers: {
    "sql.instances.insert": insertInstance,
    "sql.instances.get": getInstance,
    "sql.instances.list": listInstances,
    "sql.instances.patch": changeInstance("merge"),
    "sql.instances.update": changeInstance("replace"),
    "sql.instances.delete": deleteInstance,
    "sql.databases.insert": insertDatabase,
    "sql.databases.get": getDatabase,
    "sql.databases.list": listDatabases,
    "sql.databases.patch": changeDatabase,
    "sql.databases.update": changeDatabase,
    "sql.databases.delete": deleteDatabase,
    "sql.users.insert": insertUser,
    "sql.users.get": getUser,
    "sql.users.list": listUsers,
    "sql.users.update": updateUser,
    "sql.users.delete": deleteUser,
    "sql.operations.get": operation,
  },
  works: {
    "sql.apply": applyInstance,
    "sql.delete": removeInstance,
    "sql.createDatabase": createDatabaseWork,
    "sql.dropDatabase": dropDatabaseWork,
    "sql.putUser": putUserWork,
    "sql.dropUser": dropUserWork,
  },
  start: resume,
};
