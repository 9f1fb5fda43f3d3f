import { createHash, randomBytes } from "node:crypto";
import type { Call, Cloud } from "../../api";
import * as errors from "../../errors";
import { withEtag } from "../../etags";
import { isObject } from "../../discovery/normalise";
import { found, refuseSecond } from "../../kept";
import { checkSettingsChange } from "../../limits/sql-changes";
import { refuseChanges } from "../../masks";
import { operationId } from "../../operations";
import { own } from "../../own";
import { pageOf } from "../../pages";
import type { Resource } from "../../store";
import { engineOf } from "./engines";
import { checkRootPassword } from "./passwords";
import { checked, withDefaults, type Settings } from "./settings";

export const INSTANCES = "sql.instances";
export const SECRETS = "sql.secrets";

export type Instance = Resource & {
  name: string;
  state: string;
  databaseVersion: string;
  connectionName: string;
  settings: Settings;
};

const ID = /^[a-z](?:[a-z0-9-]{0,95}[a-z0-9])?$/;

export const insertInstance = (call: Call): Resource => {
  const { body, store } = call;
  const { rootPassword, ...asked } = body as { rootPassword?: string } & Partial<Instance>;
  const name = asked.name ?? "";
  requireProject(call);
  if (!ID.test(name)) throw errors.invalidArgument(`Invalid value (${name}) found in instance name.`);
  refuseSecond(call, { kind: INSTANCES, name });
  const settings = checked({ settings: asked.settings, databaseVersion: asked.databaseVersion ?? "" });
  const region = (asked["region"] as string | undefined) ?? "us-central1";
  const instance = withEtag({
    ...asked,
    ...identity(call, { name, region }),
    name,
    region,
    databaseVersion: asked.databaseVersion ?? "",
    state: "PENDING_CREATE",
    settings: { ...withDefaults(settings, region), settingsVersion: "1" },
  } as unknown as Instance);
  checkRootPassword({ instance, user: engineOf(instance.databaseVersion).engine.root, password: rootPassword });
  store.put(SECRETS, name, { admin: randomBytes(18).toString("base64url") });
  store.put(INSTANCES, name, instance);
  return startOperation(call, { instance: name, type: "CREATE", work: "sql.apply", input: { rootPassword } });
};

/** The fields that identify an instance; its IP address is reserved for documentation (RFC 5737). */
const identity = ({ project, url }: Cloud, { name, region }: { name: string; region: string }): Resource => {
  const digest = createHash("sha256").update(name).digest("hex");
  const now = new Date().toISOString();
  return {
    kind: "sql#instance",
    project: project.id,
    connectionName: `${project.id}:${region}:${name}`,
    backendType: "SECOND_GEN",
    instanceType: "CLOUD_SQL_INSTANCE",
    gceZone: `${region}-b`,
    createTime: now,
    selfLink: `${url}/sqladmin/sql/v1beta4/projects/${project.id}/instances/${name}`,
    serviceAccountEmailAddress: `p${project.number}-${digest.slice(0, 6)}@gcp-sa-cloud-sql.iam.gserviceaccount.com`,
    ipAddresses: [{ type: "PRIMARY", ipAddress: `192.0.2.${(Number.parseInt(digest.slice(0, 2), 16) % 254) + 1}` }],
    serverCaCert: {
      kind: "sql#sslCert",
      instance: name,
      certSerialNumber: "0",
      commonName: "C=US,O=Google\\, Inc,CN=Google Cloud SQL Server CA (rehearsed)",
      sha1Fingerprint: digest.slice(0, 40),
      createTime: now,
      expirationTime: new Date(Date.now() + 10 * 365 * 86_400_000).toISOString(),
      cert: `-----BEGIN CERTIFICATE-----\n${Buffer.from(digest).toString("base64")}\n-----END CERTIFICATE-----`,
    },
  };
};

/** PATCH merges into what is there; PUT takes its place. Both name the settings' version that they know. */
export const changeInstance =
  (how: "merge" | "replace") =>
  (call: Call): Resource => {
    const instance = find(call);
    const { settings: asked, ...fields } = call.body as Partial<Instance>;
    refuseChanges(call, instance);
    const known = asked?.settingsVersion;
    if (known && known !== "0" && known !== instance.settings.settingsVersion)
      throw errors.conditionNotMet("Condition does not match.", "staleData");
    requireIdle(call, instance.name);
    const version = String(Number(instance.settings.settingsVersion) + 1);
    const base = how === "merge" ? merged(instance.settings, asked ?? {}) : { ...asked };
    const changed = { ...instance, ...changeable(fields) };
    checkUpgrade({ from: instance.databaseVersion, to: changed.databaseVersion });
    const settings = withDefaults(
      checked({ settings: base, databaseVersion: changed.databaseVersion }),
      String(instance["region"]),
    );
    checkSettingsChange({ before: instance.settings, after: settings });
    const changes = call.limits({ settings });
    if (changes.length > 0) throw errors.badRequest(...changes);
    const next = withEtag({ ...changed, settings: { ...settings, settingsVersion: version } });
    call.store.put(INSTANCES, instance.name, next);
    return startOperation(call, { instance: instance.name, type: "UPDATE", work: "sql.apply" });
  };

/** @throws ApiError 400 for an older version or another engine, 501 for a new one that would not find the old one's data */
const checkUpgrade = ({ from, to }: { from: string; to: string }): void => {
  const [before, after] = [engineOf(from), engineOf(to)];
  if (after.engine !== before.engine || after.number < before.number)
    throw errors.invalidArgument(`Invalid request: an instance of ${from} cannot become one of ${to}.`);
  if (after.number > before.number && !after.engine.upgrades)
    throw errors.notRehearsed(`an upgrade of ${from} to ${to} is`);
};

/** The fields besides the settings that a change may touch. */
const changeable = ({ databaseVersion, maintenanceVersion }: Partial<Instance>): Partial<Instance> => ({
  ...(databaseVersion !== undefined && { databaseVersion }),
  ...(maintenanceVersion !== undefined && { maintenanceVersion }),
});

const merged = (before: Resource, after: Resource): Resource =>
  Object.fromEntries(
    [...new Set([...Object.keys(before), ...Object.keys(after)])].map((key) => {
      const [old, now] = [own(before, key), own(after, key)];
      const inner = isObject(old) && isObject(now) && key !== "userLabels";
      return [key, inner ? merged(old, now) : Object.hasOwn(after, key) ? now : old];
    }),
  );

export const deleteInstance = (call: Call): Resource => {
  const { name, settings } = find(call);
  if (settings.deletionProtectionEnabled)
    throw errors.invalidArgument(
      "The instance is protected. Please disable the deletion protection and try again. To disable deletion protection, update the instance settings with deletionProtectionEnabled set to false.",
    );
  return startOperation(call, { instance: name, type: "DELETE", work: "sql.delete" });
};

/** Ends the server and starts it again. */
export const restartInstance = (call: Call): Resource =>
  startOperation(call, { instance: find(call).name, type: "RESTART", work: "sql.restart" });

export const getInstance = (call: Call): Resource => find(call);

export const listInstances = (call: Call): Resource => {
  requireProject(call);
  return { kind: "sql#instancesList", ...pageOf({ call, key: "items", items: call.store.list<Instance>(INSTANCES) }) };
};

/** @throws ApiError 404 */
export const find = (call: Call): Instance => {
  requireProject(call);
  return found<Instance>(call, INSTANCES, call.params["instance"] ?? "");
};

export const requireProject = ({ params, project }: Call): void => {
  if (![project.id, project.number].includes(params["project"] ?? ""))
    throw errors.permissionDenied("The client is not authorized to make this request.", "notAuthorized");
};

/** One thing at a time on an instance: https://cloud.google.com/sql/docs/postgres/troubleshooting#operation-in-progress */
const requireIdle = ({ operations }: Call, instance: string): void => {
  const busy = operations.list("").some((one) => one["targetId"] === instance && one["status"] !== "DONE");
  if (busy)
    throw errors.aborted(
      "Operation failed because another operation was already in progress. Try your request after the current operation is complete.",
      "operationInProgress",
    );
};

/** The operations that an instance without a server takes, such as one that could not be made. */
const WHOLE = ["CREATE", "UPDATE", "DELETE"];

/** @throws ApiError 409, in the words of https://cloud.google.com/sql/docs/postgres/admin-api/errors */
const requireServer = ({ store }: Call, instance: string): void => {
  if (store.get<Instance>(INSTANCES, instance)?.state !== "RUNNABLE")
    throw errors.aborted(
      "The instance or operation is not in an appropriate state to handle the request.",
      "invalidState",
    );
};

export const startOperation = (
  call: Call,
  of: { instance: string; type: string; work: string; input?: Resource; tells?: Resource },
): Resource => {
  const { instance, type, work, input, tells } = of;
  if (type !== "CREATE") requireIdle(call, instance);
  if (!WHOLE.includes(type)) requireServer(call, instance);
  return call.operations.start({
    name: operationId(),
    style: "sql",
    work,
    input: { ...input, instance },
    metadata: {
      ...{ operationType: type, targetId: instance, targetProject: call.project.id, user: "owner@example.com" },
      ...tells,
    },
  });
};
