import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The part of Google's schema language that the documents use (JSON Schema draft 3, more or less). */
export type Schema = {
  id?: string;
  type?: "string" | "integer" | "number" | "boolean" | "object" | "array" | "any";
  format?: string;
  enum?: string[];
  pattern?: string;
  minimum?: string;
  maximum?: string;
  $ref?: string;
  /** Output only: accepted in a request, and ignored. */
  readOnly?: boolean;
  /** Marked as required by its documentation. */
  required?: boolean;
  /** Set when the resource is made, and never changed. */
  immutable?: boolean;
  properties?: Record<string, Schema>;
  items?: Schema;
  additionalProperties?: Schema;
};

export type Parameter = Schema & { location: "path" | "query"; repeated?: boolean };

export type Method = {
  /** For example "run.projects.locations.services.create". */
  id: string;
  httpMethod: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** A URI template below the service path, for example "v2/{+parent}/services". */
  path: string;
  parameters: Record<string, Parameter>;
  request?: { $ref: string };
  response?: { $ref: string };
};

/** A discovery document, cut to what routing and validation need (update.ts). */
export type Document = {
  name: string;
  version: string;
  /** Google's date of it. */
  revision: string;
  servicePath: string;
  /** Query parameters of every method, such as `fields`. */
  parameters: Record<string, Parameter>;
  methods: Method[];
  schemas: Record<string, Schema>;
};

export const loadDocument = (name: string, version: string): Document =>
  JSON.parse(readFileSync(join(import.meta.dirname, "documents", `${name}.${version}.json`), "utf8")) as Document;
