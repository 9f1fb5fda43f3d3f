import type { Document, Method } from "./discovery/documents";
import type { Faults } from "./faults";
import type { Grants } from "./grants";
import type { Operations } from "./operations";
import type { Project } from "./project";
import type { Realise } from "./realise";
import type { Resource, Store } from "./store";

/** The parts of the rehearsed cloud that every API works with. */
export type Cloud = {
  store: Store;
  operations: Operations;
  /** Policies, and whether somebody may do something; remembers which bindings were ever needed. */
  grants: Grants;
  faults: Faults;
  project: Project;
  /** The machine's side: Docker, the image registry, ports, where files may lie. */
  realise: Realise;
  /** The server's own address, for example "http://127.0.0.1:9010". */
  url: string;
};

/** Who asks. Any token is taken for the person who deploys and owns the project. */
export type Caller = { token: string | undefined };

/** A request that fits its discovery document: defaults are not filled in, read-only fields are gone. */
export type Call = Cloud & {
  /** Which of the API's versions was asked. */
  version: string;
  method: Method;
  /** The path's parameters, decoded: `params.name` is "projects/p/locations/l/services/s". */
  params: Record<string, string>;
  /** As their types say: booleans and 32-bit integers are such, all else is text, repeated ones are arrays. */
  query: Record<string, unknown>;
  body: Resource;
  caller: Caller;
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
  /** What has to be enabled before it answers, for example "run.googleapis.com". */
  service: string;
  /** By discovery method id, for example "run.projects.locations.services.create". */
  handlers: Record<string, Handler>;
  /** By name, unique in the whole cloud, for example "run.deploy". */
  works?: Record<string, Work>;
  /** Puts what should run in order, after a start of the server. */
  start?: (cloud: Cloud) => Promise<void>;
  /** Lets go of what listens, before the server ends. What runs goes on. */
  stop?: (cloud: Cloud) => Promise<void>;
};

export type LoadedApi = Api & { documents: Document[] };
