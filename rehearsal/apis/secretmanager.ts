import type { Api, Call } from "../api";
import { crc32c } from "../crc32c";
import { badRequest, failedPrecondition } from "../errors";
import { withEtag } from "../etags";
import { checkEtag, refuseSecond } from "../kept";
import { locationHandlers } from "../locations";
import { patched } from "../masks";
import { nameIn, parentIn, parentOf } from "../names";
import { listing } from "../pages";
import { withProjectNumber } from "../project";
import { secondsOf } from "../realise/quantities";
import type { Resource } from "../store";
import { policyHandlers } from "./policies";
import * as secrets from "./secrets";

/** https://cloud.google.com/secret-manager/docs/reference/rest */
const SECRET_ID = /^[A-Za-z0-9_-]{1,255}$/;
const MAX_BYTES = 65_536;

const createSecret = (call: Call): Resource => {
  const { store, query, body } = call;
  const id = query["secretId"] as string;
  if (!SECRET_ID.test(id))
    throw badRequest({
      field: "secret_id",
      description: `The provided Secret ID [${id}] does not match the expected format [[a-zA-Z_0-9]+]`,
    });
  if (!body["replication"])
    throw badRequest({ field: "secret.replication", description: "The field secret.replication is required." });
  const name = `${parentIn(call)}/secrets/${id}`;
  refuseSecond(call, { kind: secrets.SECRETS, name });
  secrets.checkAliases(call, { name, aliases: body["versionAliases"] });
  const secret = { ...withExpiry(body), name, createTime: new Date().toISOString(), nextVersion: 1 };
  return shown(call, store.put(secrets.SECRETS, name, withEtag(secret)));
};

/** How long a secret lives becomes when it ends. */
const withExpiry = ({ ttl, ...body }: Resource): Resource => {
  if (typeof ttl !== "string") return body;
  return { ...body, expireTime: new Date(Date.now() + secondsOf(ttl) * 1000).toISOString() };
};

const patchSecret = (call: Call): Resource => {
  const secret = secretOf(call);
  checkEtag(call, call.body["etag"], secret);
  const changed = withExpiry(patched(call, secret)) as secrets.Secret;
  secrets.checkAliases(call, { name: secret.name, aliases: changed.versionAliases });
  return shown(call, call.store.put(secrets.SECRETS, secret.name, withEtag(changed)));
};

const deleteSecret = (call: Call): Resource => {
  const secret = secretOf(call);
  checkEtag(call, call.query["etag"], secret);
  secrets.removeSecret(call, secret);
  return {};
};

const addVersion = (call: Call): Resource => {
  const { store, body } = call;
  const secret = secrets.findSecret(call, parentIn(call));
  const { data = "", dataCrc32c } = (body["payload"] ?? {}) as { data?: string; dataCrc32c?: string };
  const bytes = Buffer.from(data, "base64");
  if (bytes.length === 0) throw badRequest({ field: "payload.data", description: "Secret Payload cannot be empty." });
  if (bytes.length > MAX_BYTES)
    throw badRequest({ field: "payload.data", description: `The payload is larger than ${MAX_BYTES} bytes.` });
  if (dataCrc32c !== undefined && String(dataCrc32c) !== crc32c(bytes))
    throw badRequest({
      field: "payload.data_crc32c",
      description: "The provided checksum does not match the payload. Check for data corruption and try again.",
    });
  const name = `${secret.name}/versions/${secret.nextVersion}`;
  const version = { name, state: "ENABLED", createTime: new Date().toISOString(), data } as const;
  store.put(secrets.SECRETS, secret.name, { ...secret, nextVersion: secret.nextVersion + 1 });
  const kept = { ...withEtag(version), ...(dataCrc32c !== undefined && { clientSpecifiedPayloadChecksum: true }) };
  return shownVersion(call, store.put(secrets.VERSIONS, name, kept));
};

const accessVersion = (call: Call): Resource => {
  const version = versionOf(call);
  const bytes = secrets.valueOf(version, call);
  const payload = { data: bytes.toString("base64"), dataCrc32c: crc32c(bytes) };
  return { name: withProjectNumber(version.name, call.project), payload };
};

const setState =
  (state: secrets.Version["state"]) =>
  (call: Call): Resource => {
    const version = versionOf(call);
    checkEtag(call, call.body["etag"], version);
    if (version.state === "DESTROYED" && state !== "DESTROYED")
      throw failedPrecondition(
        `Secret Version [${withProjectNumber(version.name, call.project)}] is in DESTROYED state.`,
      );
    const { data, ...rest } = version;
    const kept = state === "DESTROYED" ? { destroyTime: new Date().toISOString() } : data === undefined ? {} : { data };
    return shownVersion(call, call.store.put(secrets.VERSIONS, version.name, withEtag({ ...rest, ...kept, state })));
  };

const secretOf = (call: Call): secrets.Secret => secrets.findSecret(call, nameIn(call));
const versionOf = (call: Call): secrets.Version => secrets.findVersion(call, nameIn(call));

const shown = ({ project }: Call, { nextVersion: _, ...secret }: secrets.Secret): Resource => ({
  ...secret,
  name: withProjectNumber(secret.name, project),
});

const shownVersion = ({ project, store }: Call, { data: _, ...version }: secrets.Version): Resource => ({
  ...version,
  name: withProjectNumber(version.name, project),
  replicationStatus: replicated(store.get<secrets.Secret>(secrets.SECRETS, parentOf(version.name))),
});

/** Where a version's value lies: everywhere at once, or in the places that its secret names. */
const replicated = (secret: secrets.Secret | undefined): Resource => {
  const { userManaged } = (secret?.["replication"] ?? {}) as { userManaged?: { replicas?: { location: string }[] } };
  const replicas = userManaged?.replicas?.map(({ location }) => ({ location }));
  return replicas ? { userManaged: { replicas } } : { automatic: {} };
};

const listSecrets = listing({ kind: secrets.SECRETS, shown });
const listVersions = listing({ kind: secrets.VERSIONS, shown: shownVersion, newestFirst: true });

const SECRET_METHODS = "secretmanager.projects.secrets";
const VERSION_METHODS = `${SECRET_METHODS}.versions`;

export const secretmanager: Api = {
  name: "secretmanager",
  versions: ["v1"],
  service: "secretmanager.googleapis.com",
  // A secret here does not rotate, and its versions are destroyed at once. When it ends is said when it is made.
  rehearsed: {
    fields: {
      Secret: ["annotations", "etag", "labels", "name", "replication", "ttl", "versionAliases"],
      Automatic: [],
      Replica: ["location"],
    },
  },
  handlers: {
    [`${SECRET_METHODS}.create`]: createSecret,
    [`${SECRET_METHODS}.get`]: (call) => shown(call, secretOf(call)),
    [`${SECRET_METHODS}.list`]: (call) => (secrets.dropExpired(call), listSecrets(call)),
    [`${SECRET_METHODS}.patch`]: patchSecret,
    [`${SECRET_METHODS}.delete`]: deleteSecret,
    [`${SECRET_METHODS}.addVersion`]: addVersion,
    [`${VERSION_METHODS}.get`]: (call) => shownVersion(call, versionOf(call)),
    [`${VERSION_METHODS}.list`]: (call) => {
      const secret = parentIn(call);
      if (!secret.endsWith("/-")) secrets.findSecret(call, secret);
      return listVersions(call);
    },
    [`${VERSION_METHODS}.access`]: accessVersion,
    [`${VERSION_METHODS}.enable`]: setState("ENABLED"),
    [`${VERSION_METHODS}.disable`]: setState("DISABLED"),
    [`${VERSION_METHODS}.destroy`]: setState("DESTROYED"),
    ...locationHandlers("secretmanager.projects.locations"),
    ...policyHandlers({ methods: SECRET_METHODS, resource: (call) => secrets.secretResource(secretOf(call).name) }),
  },
};
