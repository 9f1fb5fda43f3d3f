import type { IncomingHttpHeaders } from "node:http";
import { notRehearsed } from "../errors";

/**
 * What a client asks of any answer, whatever the method: https://cloud.google.com/apis/docs/system-parameters. Each has a
 * `$` before its name in generated clients and none in older ones; some come as headers too.
 */
export type System = {
  /** Numbers in place of the names of enums, which generated clients ask for with `alt=json;enum-encoding=int`. */
  numericEnums: boolean;
  /** The fields of the answer that are wanted; all of them where it is absent. */
  fields?: string;
  pretty: boolean;
  /** The project that pays and whose quota counts. */
  userProject?: string;
};

/** Those of the documents, which have the same ones all. */
const IN_DOCUMENTS: readonly string[] = [
  ...["access_token", "alt", "callback", "fields", "key", "oauth_token", "prettyPrint", "quotaUser", "uploadType"],
  "upload_protocol",
];

/** Those of Google's page that no discovery document has. */
const BESIDE_DOCUMENTS: readonly string[] = ["apiVersion", "ct", "passwd", "password", "userProject"];

const NUMERIC_ENUMS = /;\s*enum-encoding=int$/;

type Asked = { query: URLSearchParams; headers: IncomingHttpHeaders };

/** @throws ApiError 501 for formats other than JSON */
export const systemOf = ({ query, headers }: Asked): System => {
  const alt = valueIn(query, "alt") ?? "json";
  const format = alt.replace(NUMERIC_ENUMS, "");
  if (["media", "proto", "sse"].includes(format)) throw notRehearsed(`an answer as ${format} is`);
  if (valueIn(query, "callback")) throw notRehearsed("an answer as a script (callback) is");
  const fields = valueIn(query, "fields") ?? headerIn(headers, "x-goog-fieldmask");
  const userProject = valueIn(query, "userProject") ?? headerIn(headers, "x-goog-user-project");
  return {
    numericEnums: NUMERIC_ENUMS.test(alt),
    pretty: valueIn(query, "prettyPrint") !== "false",
    ...(fields && { fields }),
    ...(userProject && { userProject }),
  };
};

/** A query as the documents describe it: without the `$` of system parameters and what stands behind `alt=json`. */
export const plainQuery = (query: URLSearchParams): URLSearchParams =>
  new URLSearchParams(
    [...query].flatMap(([key, value]): [string, string][] => {
      const bare = key.replace(/^\$/, "");
      if (bare !== key && BESIDE_DOCUMENTS.includes(bare)) return [];
      const name = IN_DOCUMENTS.includes(bare) ? bare : key;
      return [[name, name === "alt" ? value.replace(NUMERIC_ENUMS, "") : value]];
    }),
  );

const valueIn = (query: URLSearchParams, name: string): string | undefined =>
  query.getAll(`$${name}`).at(-1) ?? query.getAll(name).at(-1);

const headerIn = (headers: IncomingHttpHeaders, name: string): string | undefined => [headers[name]].flat()[0];
