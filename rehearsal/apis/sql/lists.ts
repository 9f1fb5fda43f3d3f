import type { Call } from "../../api";
import { invalidArgument } from "../../errors";
import { regions } from "../../names-of-google";
import { pageOf } from "../../pages";
import type { Resource } from "../../store";
import { engineOf, ENGINES } from "./engines";
import type { Flag } from "./flags/flags";
import { find, requireProject } from "./instances";
import { TIERS } from "./tiers";

/** https://cloud.google.com/sql/docs/postgres/admin-api/rest/v1beta4/operations/list: the newest first. */
export const listOperations = (call: Call): Resource => {
  requireProject(call);
  const { instance } = call.query as { instance?: string };
  const ours = call.operations.list("").filter(({ kind }) => kind === "sql#operation");
  const items = ours.filter(({ targetId }) => instance === undefined || targetId === instance).reverse();
  return { kind: "sql#operationsList", ...pageOf({ call, key: "items", items }) };
};

/** Bytes. */
const DISK = { shared: 3 * 2 ** 40, other: 64 * 2 ** 40 };

export const listTiers = (call: Call): Resource => {
  requireProject(call);
  const items = TIERS.map(({ tier, memoryMb, isShared }) => ({
    kind: "sql#tier",
    tier,
    RAM: String(memoryMb * 2 ** 20),
    DiskQuota: String(isShared ? DISK.shared : DISK.other),
    region: regions,
  }));
  return { kind: "sql#tiersList", items };
};

export const listFlags = (call: Call): Resource => {
  const { databaseVersion } = call.query as { databaseVersion?: string };
  const engines = databaseVersion === undefined ? ENGINES : [engineOf(databaseVersion).engine];
  const items = engines.flatMap(({ flags, versions }) =>
    Object.entries(flags.flags).flatMap(([name, flag]) => {
      const appliesTo = versions.filter((version) => applies(flag, engineOf(version).number));
      const isWanted = databaseVersion === undefined ? appliesTo.length > 0 : appliesTo.includes(databaseVersion);
      return isWanted ? [{ kind: "sql#flag", name, appliesTo, ...described(flag) }] : [];
    }),
  );
  if (items.length === 0) throw invalidArgument(`Invalid value for databaseVersion: ${databaseVersion}`);
  return { kind: "sql#flagsList", items };
};

const applies = ({ since = 0, until = Infinity }: Flag, number: number): boolean => number >= since && number <= until;

const described = ({ values, min, max, whole }: Flag): Resource => {
  if (values?.length === 2 && values.includes("on") && values.includes("off")) return { type: "BOOLEAN" };
  if (values) return { type: "STRING", allowedStringValues: values };
  if (min === undefined || max === undefined) return { type: "STRING" };
  const bounds = { minValue: int64(min), maxValue: int64(max) };
  return { type: whole ? "INTEGER" : "FLOAT", ...bounds };
};

const MOST_INT64 = 2n ** 63n - 1n;

/** A bound as the API has it, an integer: a float's is cut, and one beyond is the last. */
const int64 = (bound: number): string => {
  const whole = BigInt(Math.trunc(bound));
  return String(whole > MOST_INT64 ? MOST_INT64 : whole < -MOST_INT64 ? -MOST_INT64 : whole);
};

/** What a connector asks before it connects: https://cloud.google.com/sql/docs/postgres/admin-api/rest/v1beta4/connect/get */
export const connectSettings = (call: Call): Resource => {
  const instance = find(call);
  const { backendType, connectionName, databaseVersion, ipAddresses, region, serverCaCert } = instance;
  const { serverCaMode } = instance.settings.ipConfiguration ?? {};
  return {
    kind: "sql#connectSettings",
    ...{ backendType, connectionName, databaseVersion, ipAddresses, region, serverCaCert, serverCaMode },
  };
};

export const listServerCas = (call: Call): Resource => {
  const { serverCaCert } = find(call) as { serverCaCert?: Resource };
  const certs = serverCaCert ? [serverCaCert] : [];
  return { kind: "sql#instancesListServerCas", certs, activeVersion: serverCaCert?.["sha1Fingerprint"] ?? "" };
};

/** A list of what no instance has here, because nothing makes one: certificates of clients. */
export const emptyList =
  (kind: string) =>
  (call: Call): Resource => (find(call), { kind });
