import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import protobuf from "protobufjs";
import { loadDocument, type Document } from "../discovery/documents";

/**
 * Takes which fields of a message exclude each other from a clone of
 * github.com/googleapis/googleapis (Apache License 2.0, Copyright Google LLC), because discovery documents do not mark them:
 * npx tsx rehearsal/limits/update-oneofs.ts <clone>
 */
const PROTOS: Record<string, readonly string[]> = {
  "artifactregistry.v1": ["google/devtools/artifactregistry/v1"],
  "cloudresourcemanager.v3": ["google/cloud/resourcemanager/v3"],
  "cloudscheduler.v1": ["google/cloud/scheduler/v1"],
  "iam.v1": ["google/iam/admin/v1"],
  "logging.v2": ["google/logging/v2"],
  "monitoring.v3": ["google/monitoring/v3"],
  "redis.v1": ["google/cloud/redis/v1"],
  "run.v2": ["google/cloud/run/v2"],
  "secretmanager.v1": ["google/cloud/secretmanager/v1"],
  "serviceusage.v1": ["google/api/serviceusage/v1"],
  "sqladmin.v1": ["google/cloud/sql/v1"],
  "sqladmin.v1beta4": ["google/cloud/sql/v1beta4"],
};

const [clone = "."] = process.argv.slice(2);
const git = (...args: string[]): string =>
  execFileSync("git", ["-C", clone, ...args], { encoding: "utf8", maxBuffer: 2 ** 28 }).trim();

const update = (): void => {
  const [commit = "", date = ""] = git("log", "-1", "--format=%H %cs").split(" ");
  const source = `github.com/googleapis/googleapis at ${commit}`;
  const read = Object.entries(PROTOS).map(([document, folders]) => [document, protosIn(folders)] as const);
  const oneofs = read.map(([name, types]) => [name, oneofsOf(documentOf(name), types)] as const);
  const content = { source, date, oneofs: Object.fromEntries(oneofs) };
  writeFileSync(join(import.meta.dirname, "oneofs.json"), `${JSON.stringify(content)}\n`);
};

const documentOf = (name: string): Document => {
  const [api = "", version = ""] = name.split(".");
  return loadDocument(api, version);
};

/** The messages of one API, in one space, so that they find each other's enums. */
const protosIn = (folders: readonly string[]): protobuf.Type[] => {
  const root = new protobuf.Root();
  for (const folder of folders)
    for (const file of git("ls-tree", "--name-only", "HEAD", `${folder}/`).split("\n"))
      if (file.endsWith(".proto")) protobuf.parse(git("show", `HEAD:${file}`), root);
  return typesIn(root);
};

const typesIn = (space: protobuf.NamespaceBase): protobuf.Type[] =>
  space.nestedArray.flatMap((inner) => [
    ...(inner instanceof protobuf.Type ? [inner] : []),
    ...(inner instanceof protobuf.Namespace ? typesIn(inner) : []),
  ]);

/**
 * The document's schema of a message: named by itself, with what it lies in, or with its package. One of the two may be
 * newer, so most fields have to be the same.
 */
const schemaOf = (document: Document, type: protobuf.Type): string | undefined => {
  const parts = type.fullName.split(".").filter(Boolean);
  const pascal = parts.map((part) => part[0]!.toUpperCase() + part.slice(1));
  const names = pascal.map((_, index) => pascal.slice(index).join(""));
  const fields = type.fieldsArray.map(({ name }) => name);
  return names.find((name) => {
    const keys = Object.keys(document.schemas[name]?.properties ?? {});
    return keys.length > 0 && keys.filter((key) => fields.includes(key)).length > keys.length / 2;
  });
};

const oneofsOf = (document: Document, types: readonly protobuf.Type[]): Record<string, Record<string, string[]>> =>
  Object.fromEntries(
    types.flatMap((type) => {
      const schema = schemaOf(document, type);
      const properties = document.schemas[schema ?? ""]?.properties ?? {};
      const groups = type.oneofsArray
        .map(({ name, oneof }) => [snake(name), oneof.filter((key) => properties[key])] as const)
        .filter(([, members]) => members.length > 1);
      return schema && groups.length > 0 ? [[schema, Object.fromEntries(groups)] as const] : [];
    }),
  );

const snake = (text: string): string => text.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

update();
