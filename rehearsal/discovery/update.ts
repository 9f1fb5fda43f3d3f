import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Document, Method, Parameter, Schema } from "./documents";

/** Fetches Google's discovery documents and stores the parts that are needed: npx tsx rehearsal/discovery/update.ts */
const PACKAGE = "google-api-python-client==2.202.0";

/** The APIs that the rehearsal answers or may come to answer; a new one is a line here and a file in apis/. */
const WANTED = [
  "artifactregistry.v1",
  "cloudbilling.v1",
  "cloudresourcemanager.v1",
  "cloudresourcemanager.v3",
  "cloudscheduler.v1",
  "iam.v1",
  "logging.v2",
  "monitoring.v3",
  "run.v1",
  "run.v2",
  "redis.v1",
  "secretmanager.v1",
  "serviceusage.v1",
  "sqladmin.v1",
  "sqladmin.v1beta4",
];

/**
 * What is immutable though Google's documents do not mark it: names are in the path (https://google.aip.dev/122), and the
 * rest from github.com/GoogleCloudPlatform/magic-modules at 002e725a (mmv1/products, `immutable: true`; 2026-11-28).
 */
const UNMARKED: Record<string, Record<string, readonly string[]>> = {
  artifactregistry: { Repository: ["name", "format", "mode", "kmsKeyName"] },
  cloudscheduler: { Job: ["name"] },
  iam: { Role: ["name"], ServiceAccount: ["name"] },
  redis: {
    Instance: [
      ...["name", "alternativeLocationId", "authorizedNetwork", "connectMode", "customerManagedKey", "locationId"],
      ...["redisVersion", "reservedIpRange", "tier", "transitEncryptionMode"],
    ],
  },
  run: { GoogleCloudRunV2Job: ["name"], GoogleCloudRunV2WorkerPool: ["name"] },
  sqladmin: { DatabaseInstance: ["name", "region"] },
};

/** What Google's documents mark as required, and what may be said once for all: https://cloud.google.com/logging/docs/reference/v2/rest/v2/entries/write */
const OPTIONAL: Record<string, Record<string, readonly string[]>> = { logging: { LogEntry: ["logName", "resource"] } };

/** Methods of an older version that have the ids of a newer one's and other shapes: theirs name the version. */
const OLDER: Record<string, RegExp> = {
  // Policies are the same in both.
  "run.v1": /^run(?=\.projects\.(?!.*(?:IamPolicy|testIamPermissions)$))/,
};

type RawMethod = Omit<Method, "parameters"> & { parameters?: Record<string, RawSchema> };
type RawSchema = Schema & { description?: string; location?: string; required?: boolean; repeated?: boolean };
type RawResource = { methods?: Record<string, RawMethod>; resources?: Record<string, RawResource> };
type RawDocument = RawResource & {
  name: string;
  version: string;
  revision: string;
  servicePath: string;
  parameters: Record<string, RawSchema>;
  schemas: Record<string, RawSchema>;
};

const update = (): void => {
  const folder = mkdtempSync(join(tmpdir(), "discovery-"));
  execFileSync("pip", ["download", "--quiet", "--no-deps", "--dest", folder, PACKAGE], { stdio: "inherit" });
  const wheel = readdirSync(folder).find((name) => name.endsWith(".whl")) ?? "";
  execFileSync("python3", ["-m", "zipfile", "-e", join(folder, wheel), folder]);
  for (const name of WANTED) {
    const source = join(folder, "googleapiclient/discovery_cache/documents", `${name}.json`);
    const document = cut(JSON.parse(readFileSync(source, "utf8")) as RawDocument);
    for (const [schema, fields] of Object.entries(UNMARKED[document.name] ?? {}))
      for (const field of document.schemas[schema] ? fields : [])
        document.schemas[schema]!.properties![field]!.immutable = true;
    for (const [schema, fields] of Object.entries(OPTIONAL[document.name] ?? {}))
      for (const field of fields) delete document.schemas[schema]!.properties![field]!.required;
    writeFileSync(join(import.meta.dirname, "documents", `${name}.json`), `${JSON.stringify(document)}\n`);
  }
  rmSync(folder, { recursive: true });
};

/** Methods flat and without prose; of the prose only whether a field is required or immutable, which stands nowhere else. */
const cut = (raw: RawDocument): Document => ({
  name: raw.name,
  version: raw.version,
  revision: raw.revision,
  servicePath: raw.servicePath,
  parameters: mapValues(raw.parameters, cutParameter),
  methods: namedApart(raw).map(({ id, httpMethod, path, parameters = {}, request, response }) => ({
    id,
    httpMethod,
    path,
    parameters: mapValues(parameters, cutParameter),
    ...(request && { request: { $ref: request.$ref } }),
    ...(response && { response: { $ref: response.$ref } }),
  })),
  schemas: mapValues(raw.schemas, cutSchema),
});

const namedApart = (raw: RawDocument): RawMethod[] => {
  const older = OLDER[`${raw.name}.${raw.version}`];
  return methodsOf(raw).map((method) => ({
    ...method,
    ...(older && { id: method.id.replace(older, `$&.${raw.version}`) }),
  }));
};

const methodsOf = ({ methods = {}, resources = {} }: RawResource): RawMethod[] => [
  ...Object.values(methods),
  ...Object.values(resources).flatMap(methodsOf),
];

const cutParameter = (raw: RawSchema): Parameter => ({
  ...cutSchema(raw),
  location: raw.location as Parameter["location"],
  ...((raw.required || isRequired(raw)) && { required: true }),
  ...(raw.repeated && { repeated: true }),
});

const cutSchema = (raw: RawSchema): Schema => ({
  ...pick(raw, ["id", "type", "format", "enum", "pattern", "minimum", "maximum", "$ref"]),
  ...(isReadOnly(raw) && { readOnly: true }),
  ...(isRequired(raw) && { required: true }),
  ...(isImmutable(raw) && { immutable: true }),
  ...(raw.properties && { properties: mapValues(raw.properties, cutSchema) }),
  ...(raw.items && { items: cutSchema(raw.items) }),
  ...(raw.additionalProperties && { additionalProperties: cutSchema(raw.additionalProperties) }),
});

/**
 * Generated from the field's annotation REQUIRED; other uses of the word ("Required if ...") are the author's prose.
 */
const isRequired = ({ description = "" }: RawSchema): boolean => /^required[.:] /i.test(description);

/** Monitoring says it in prose alone. */
const isReadOnly = ({ readOnly = false, description = "" }: RawSchema): boolean =>
  readOnly || /^(?:Output only\.|A read-only record )/.test(description);

/** Generated from the annotations IMMUTABLE and IDENTIFIER (https://google.aip.dev/203), alone or after others. */
const isImmutable = ({ description = "" }: RawSchema): boolean =>
  /^(?:(?:Required|Optional|Input only|Output only)\. )*(?:Immutable|Identifier)\. /i.test(description);

const mapValues = <A, B>(of: Record<string, A>, change: (value: A) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(of).map(([key, value]) => [key, change(value)]));

const pick = (of: RawSchema, keys: readonly (keyof Schema)[]): Schema =>
  Object.fromEntries(keys.filter((key) => of[key] !== undefined).map((key) => [key, of[key]]));

update();
