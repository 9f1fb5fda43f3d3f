import type { Api, LoadedApi } from "../api";
import { loadDocument } from "../discovery/documents";
import { run } from "./run";
import { secretmanager } from "./secretmanager";

/** Every API that the rehearsal answers. */
export const apis: readonly Api[] = [run, secretmanager];

export const loadApis = (): LoadedApi[] =>
  apis.map((api) => ({ ...api, documents: api.versions.map((version) => loadDocument(api.name, version)) }));
