import { createHash, generateKeyPair } from "node:crypto";
import { promisify } from "node:util";
import type { Call, Handler } from "../../api";
import { failedPrecondition, notRehearsed } from "../../errors";
import { found } from "../../kept";
import { lastOf } from "../../names";
import { pageOf } from "../../pages";
import type { Resource } from "../../store";

/** https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts.keys; nobody logs in with one here. */
const KEYS = "iam.keys";
const METHODS = "iam.projects.serviceAccounts.keys";
/** https://cloud.google.com/iam/quotas */
const MOST = 10;

type Account = { name: string; email: string; uniqueId: string };
type Key = Resource & { name: string; publicKeyData: string; disabled?: boolean };

/** @param accountOf the account that the path names */
export const keyHandlers = (accountOf: (call: Call, name: string) => Account): Record<string, Handler> => {
  const keysOf = (call: Call): Key[] => call.store.list<Key>(KEYS, `${accountOf(call, nameIn(call)).name}/keys/`);
  const keyOf = (call: Call): Key => {
    const [account = "", id = ""] = nameIn(call).split("/keys/");
    return found<Key>(call, KEYS, `${accountOf(call, account).name}/keys/${id}`);
  };
  const setDisabled =
    (disabled: boolean): Handler =>
    (call) => {
      const { disabled: _, ...key } = keyOf(call);
      call.store.put(KEYS, key.name, { ...key, ...(disabled && { disabled }) });
      return {};
    };
  return {
    [`${METHODS}.create`]: async (call) => {
      const account = accountOf(call, nameIn(call));
      if (keysOf(call).length >= MOST) throw failedPrecondition("Precondition check failed.");
      return create(call, account);
    },
    [`${METHODS}.get`]: (call) => withPublicKey(call, keyOf(call)),
    [`${METHODS}.list`]: (call) => {
      const types = (call.query["keyTypes"] ?? []) as string[];
      const keys = types.length === 0 || types.includes("USER_MANAGED") ? keysOf(call) : [];
      return pageOf({ call, key: "keys", items: keys.map(shown) });
    },
    [`${METHODS}.delete`]: (call) => (call.store.delete(KEYS, keyOf(call).name), {}),
    [`${METHODS}.disable`]: setDisabled(true),
    [`${METHODS}.enable`]: setDisabled(false),
  };
};

const nameIn = ({ params }: Call): string => params["name"] ?? "";

/** Forgets the keys of an account that is deleted. */
export const removeKeys = ({ store }: Call, account: string): void => store.deleteAll(KEYS, `${account}/keys/`);

/** The private key is in the answer, and nowhere else. */
const create = async (call: Call, account: Account): Promise<Resource> => {
  const { privateKeyType = "TYPE_GOOGLE_CREDENTIALS_FILE", keyAlgorithm = "KEY_ALG_RSA_2048" } = call.body as {
    privateKeyType?: string;
    keyAlgorithm?: string;
  };
  if (privateKeyType === "TYPE_PKCS12_FILE") throw notRehearsed(`${privateKeyType} is`);
  const pair = await promisify(generateKeyPair)("rsa", {
    modulusLength: keyAlgorithm === "KEY_ALG_RSA_1024" ? 1024 : 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  const id = createHash("sha1").update(pair.publicKey).digest("hex");
  const key = call.store.put<Key>(KEYS, `${account.name}/keys/${id}`, {
    name: `${account.name}/keys/${id}`,
    keyAlgorithm,
    keyOrigin: "GOOGLE_PROVIDED",
    keyType: "USER_MANAGED",
    publicKeyData: Buffer.from(pair.publicKey).toString("base64"),
    validAfterTime: new Date().toISOString().replace(/\.\d+/, ""),
    validBeforeTime: "9999-12-31T23:59:59Z",
  });
  const file = JSON.stringify(credentials(call, { account, id, privateKey: pair.privateKey }), null, 2);
  return { ...shown(key), privateKeyType, privateKeyData: Buffer.from(`${file}\n`).toString("base64") };
};

type Made = { account: Account; id: string; privateKey: string };

const credentials = ({ project }: Call, { account, id, privateKey }: Made): Resource => ({
  type: "service_account",
  project_id: project.id,
  private_key_id: id,
  private_key: privateKey,
  client_email: account.email,
  client_id: account.uniqueId,
  auth_uri: "https://accounts.google.com/o/oauth2/auth",
  token_uri: "https://oauth2.googleapis.com/token",
  auth_provider_x509_cert_url: "https://www.googleapis.com/oauth2/v1/certs",
  client_x509_cert_url: `https://www.googleapis.com/robot/v1/metadata/x509/${encodeURIComponent(account.email)}`,
  universe_domain: "googleapis.com",
});

const shown = ({ publicKeyData: _, ...key }: Key): Resource => key;

const withPublicKey = ({ query }: Call, key: Key): Resource => {
  const type = query["publicKeyType"];
  if (type === "TYPE_X509_PEM_FILE") throw notRehearsed(`${lastOf(key.name)} as ${type} is`);
  return { ...shown(key), ...(type === "TYPE_RAW_PUBLIC_KEY" && { publicKeyData: key.publicKeyData }) };
};
