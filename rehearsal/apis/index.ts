import type { Api, LoadedApi } from "../api";
import { loadDocument } from "../discovery/documents";
import { artifactregistry } from "./artifactregistry";
import { cloudbilling } from "./cloudbilling";
import { cloudresourcemanager } from "./cloudresourcemanager";
import { cloudscheduler } from "./cloudscheduler";
import { iam } from "./iam";
import { logging } from "./logging";
import { monitoring } from "./monitoring";
import { redis } from "./redis";
import { run } from "./run";
import { secretmanager } from "./secretmanager";
import { serviceusage } from "./serviceusage";
import { sqladmin } from "./sqladmin";

/** Every API that the rehearsal answers, in the order of their start: a database server before the services on it, and last what calls them. */
export const apis: readonly Api[] = [
  artifactregistry,
  cloudbilling,
  cloudresourcemanager,
  iam,
  logging,
  monitoring,
  redis,
  sqladmin,
  run,
  secretmanager,
  serviceusage,
  cloudscheduler,
];

export const loadApis = (): LoadedApi[] =>
  apis.map((api) => ({ ...api, documents: api.versions.map((version) => loadDocument(api.name, version)) }));
