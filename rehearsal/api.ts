import type { Caller } from "./callers";
import type { Document, Method } from "./discovery/documents";
import type { Rehearsed } from "./discovery/rehearsed";
import type { FieldViolation } from "./errors";
import type { Faults } from "./faults";
import type { Grants } from "./grants";
import type { Operations } from "./operations";
import type { Product } from "./products";
import type { Project } from "./project";
import type { Realise } from "./realise";
import type { Report } from "./report";
import type { Told } from "./rights/demands";
import type { Resource, Store } from "./store";

/** The parts of the rehearsed cloud that every API works with. */
export type Cloud = {
  store: Store;
  operations: Operations;
  /** The IAM policies. They decide who may do what, and remember which bindings were ever needed. */
  grants: Grants;
  faults: Faults;
  /** All requests, and what the rehearsal could not do. */
  report: Report;
  project: Project;
  /** The machine: Docker, the image registry, ports and the folder for files. */
  realise: Realise;
  /** The server's own address, for example "http://127.0.0.1:9010". */
  url: string;
  /** The API that a host names, such as "run" for "europe-west1-run.googleapis.com" (hosts.ts). */
  apiAt: (host: string) => string | undefined;
};

/** A request that fits its discovery document: defaults are not filled in, read-only fields are gone. */
export type Call = Cloud & {
  caller: Caller;
  /**
   * Asks for a permission beside those that the method has in rights/methods.ts.
   * @throws ApiError 403 where the caller lacks it
   */
  demand: (of: Told) => void;
  /** What the API's product does in its own way. */
  product: Product;
  /** The version of the API that was asked. */
  version: string;
  method: Method;
  /** The path's parameters, decoded: `params.name` is "projects/p/locations/l/services/s". */
  params: Record<string, string>;
  /**
   * Values have the types of their parameters: booleans and 32-bit integers are such, all else is text, repeated ones
   * are arrays.
   */
  query: Record<string, unknown>;
  body: Resource;
  /** The fields of the body that never change. */
  immutable: readonly string[];
  /** The fields of the body that a client may set at any time. */
  settable: readonly string[];
  /** What the API refuses of the resource that a request has changed (limits/). */
  limits: (changed: Resource) => FieldViolation[];
  /** The fields that the answer can have. */
  answers: readonly string[];
};

export type Handler = (call: Call) => Resource | Promise<Resource>;

/**
 * The slow part of an operation. Gets the JSON that the operation was started with and resolves to its response.
 * It can be run a second time after a restart of the server, so it has to end in the same state.
 */
export type Work = (of: Cloud & { input: Resource }) => Promise<Resource>;

/** One API of Google's. One file in apis/, named in apis/index.ts; nothing else has to know of it. */
export type Api = {
  /** The discovery document's name; also the first part of its addresses: http://127.0.0.1:9010/run/v2/projects/... */
  name: string;
  versions: readonly string[];
  /** The service that has to be enabled before the API answers, for example "run.googleapis.com". */
  service: string;
  /** The handlers by discovery method id, for example "run.projects.locations.services.create". */
  handlers: Record<string, Handler>;
  /** What its requests may ask for; anything where this is absent. */
  rehearsed?: Rehearsed;
  /** The works by a name that is unique in the whole cloud, for example "run.deploy". */
  works?: Record<string, Work>;
  /** Starts again what should run, after a start of the server. */
  start?: (cloud: Cloud) => Promise<void>;
  /** Closes what listens, before the server ends. Containers go on. */
  stop?: (cloud: Cloud) => Promise<void>;
};

export type LoadedApi = Api & { documents: Document[] };
