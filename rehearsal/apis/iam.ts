import { createHash } from "node:crypto";
import type { Api, Call } from "../api";
import { alreadyExists, badRequest, failedPrecondition } from "../errors";
import { bareEtag } from "../etags";
import { checkEtag, missing } from "../kept";
import { applyMask } from "../masks";
import { lastOf, nameOf, parentIn } from "../names";
import { pageOf } from "../pages";
import { defaultAccount } from "../project";
import type { Resource } from "../store";
import { keyHandlers, removeKeys } from "./iam/keys";
import { roleHandlers } from "./iam/roles";
import { policyHandlers } from "./policies";

/** https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts */
export const SERVICE_ACCOUNTS = "iam.serviceAccounts";
/** The texts of an account. */
const TEXTS = [
  { key: "displayName", field: "display_name" },
  { key: "description", field: "description" },
] as const;
const ACCOUNTS = "iam.projects.serviceAccounts";

export type ServiceAccount = Resource & {
  name: string;
  email: string;
  uniqueId: string;
  disabled?: boolean;
  /** Kept for a while, so that it can be undeleted. */
  deleted?: boolean;
};

const create = (call: Call): Resource => {
  const { store, project, body } = call;
  const id = body["accountId"] as string;
  const email = `${id}@${project.id}.iam.gserviceaccount.com`;
  const name = `${parentIn(call)}/serviceAccounts/${email}`;
  const before = store.get<ServiceAccount>(SERVICE_ACCOUNTS, name);
  if (before && !before.deleted)
    throw alreadyExists(`Service account ${id} already exists within project projects/${project.id}.`);
  const given = (body["serviceAccount"] ?? {}) as Resource;
  // A name that is used again is another account.
  const lives = ((before?.["lives"] as number | undefined) ?? 0) + 1;
  const uniqueId = numberFrom(`${email} ${lives}`);
  return shown(
    put(call, { ...pickTexts(given), name, email, uniqueId, projectId: project.id, oauth2ClientId: uniqueId, lives }),
  );
};

const patch = (call: Call): Resource => {
  const account = accountOf(call);
  const given = (call.body["serviceAccount"] ?? {}) as Resource;
  checkEtag(call, given["etag"], account);
  const mask = checkedMask(call.body["updateMask"] as string | undefined);
  return shown(put(call, applyMask({ mask, from: pickTexts(given), to: account }) as ServiceAccount));
};

/** An account's texts alone can be patched: https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts/patch */
const checkedMask = (mask = TEXTS.map(({ key }) => key).join(",")): string => {
  const paths = mask.split(",").map((path) => path.trim());
  const others = paths.filter((path) => !TEXTS.some(({ key, field }) => path === key || path === field));
  if (others.length === 0) return mask;
  const description = `Invalid field mask for ServiceAccount. Field mask paths must be among display_name and description, not: ${others.join(", ")}`;
  throw badRequest({ field: "update_mask", description });
};

const remove = (call: Call): Resource => {
  const account = accountOf(call);
  put(call, { ...account, deleted: true });
  call.grants.remove(resourceOf(account.name));
  removeKeys(call, account.name);
  return {};
};

/** Undeleting asks for the account's number, which a new account of the same name does not have. */
const undelete = (call: Call): Resource => {
  const wanted = lastOf(call.params["name"] ?? "");
  const found = call.store
    .list<ServiceAccount>(SERVICE_ACCOUNTS)
    .find(({ uniqueId, email }) => uniqueId === wanted || email === wanted);
  if (!found) throw missing(call, { kind: SERVICE_ACCOUNTS, name: call.params["name"] ?? "" });
  if (!found.deleted) throw failedPrecondition(`Service account ${found.email} is not deleted.`);
  const { deleted: _, ...account } = found;
  return { restoredAccount: shown(put(call, account)) };
};

const setDisabled =
  (disabled: boolean) =>
  (call: Call): Resource => {
    put(call, { ...accountOf(call), disabled });
    return {};
  };

const list = (call: Call): Resource => {
  const prefix = `${parentIn(call)}/serviceAccounts/`;
  const accounts = allAccounts(call).filter(({ name, deleted }) => !deleted && name.startsWith(prefix));
  return pageOf({ call, key: "accounts", items: accounts.map(shown) });
};

/** Those that were made, and the default one, which is there until somebody changes it. */
const allAccounts = ({ store, project }: Call): ServiceAccount[] => {
  const kept = store.list<ServiceAccount>(SERVICE_ACCOUNTS);
  const email = defaultAccount(project);
  const name = `projects/${project.id}/serviceAccounts/${email}`;
  const uniqueId = numberFrom(email);
  const content = {
    ...{ name, email, uniqueId, projectId: project.id, oauth2ClientId: uniqueId },
    displayName: "Compute Engine default service account",
  };
  return kept.some((account) => account.name === name) ? kept : [{ ...content, etag: bareEtag(content) }, ...kept];
};

/** Finds an account by e-mail address or number, in the project or (`projects/-`) in any. */
const accountOf = (call: Call, given = call.params["name"] ?? call.params["resource"] ?? ""): ServiceAccount => {
  const key = lastOf(given);
  nameOf(call, given.replace(/^projects\/-\//, `projects/${call.project.id}/`));
  const found = allAccounts(call).find(
    ({ email, uniqueId, deleted }) => !deleted && (email === key || uniqueId === key),
  );
  if (!found) throw missing(call, { kind: SERVICE_ACCOUNTS, name: given });
  return found;
};

const put = ({ store }: Call, account: ServiceAccount): ServiceAccount => {
  const { etag: _, ...content } = account;
  return store.put(SERVICE_ACCOUNTS, account.name, { ...account, etag: bareEtag(content) });
};

const pickTexts = (given: Resource): Resource =>
  Object.fromEntries(TEXTS.flatMap(({ key }) => (given[key] ? [[key, given[key]]] : [])));

const shown = ({ deleted: _, lives: __, ...account }: ServiceAccount): Resource => account;

const resourceOf = (name: string): string => `//iam.googleapis.com/${name}`;

/** 21 digits, as Google's are. */
const numberFrom = (text: string): string => {
  const digest = createHash("sha256").update(text).digest();
  return `1${String(digest.readBigUInt64BE() % 10n ** 20n).padStart(20, "0")}`;
};

export const iam: Api = {
  name: "iam",
  versions: ["v1"],
  service: "iam.googleapis.com",
  handlers: {
    [`${ACCOUNTS}.create`]: create,
    [`${ACCOUNTS}.get`]: (call) => shown(accountOf(call)),
    [`${ACCOUNTS}.list`]: list,
    [`${ACCOUNTS}.patch`]: patch,
    [`${ACCOUNTS}.delete`]: remove,
    [`${ACCOUNTS}.undelete`]: undelete,
    [`${ACCOUNTS}.enable`]: setDisabled(false),
    [`${ACCOUNTS}.disable`]: setDisabled(true),
    ...keyHandlers(accountOf),
    ...roleHandlers,
    ...policyHandlers({ methods: ACCOUNTS, resource: (call) => resourceOf(accountOf(call).name) }),
  },
};
