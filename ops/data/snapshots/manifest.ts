import { createHash } from "node:crypto";
import { existsSync, lstatSync, readdirSync } from "node:fs";
import path from "node:path";
import * as z from "zod";
import { inFleet, readJson } from "../../stack/files";

const entrySchema = z.strictObject({
  system: z.string(),
  datastore: z.string(),
  /** It becomes a part of SQL statements. */
  database: z.string().regex(/^\w[\w.-]{0,62}$/),
  /** The data format, as on the volume's label: `postgres 15 glibc`. */
  format: z.string(),
  /** Its name in the snapshot's own folder. */
  file: z.string().regex(/^\w[\w.-]*$/),
  bytes: z.int(),
  sha256: z.string(),
});

/** Two dumps for one database would be put back over each other. */
const isEachAlone = (entries: readonly z.infer<typeof entrySchema>[]): boolean =>
  new Set(entries.map(({ system, datastore, database }) => `${system}/${datastore}/${database}`)).size ===
  entries.length;

const manifestSchema = z.strictObject({
  /** The version of this file's format. */
  version: z.literal(1),
  project: z.string(),
  stack: z.string(),
  name: z.string(),
  /** RFC 3339, UTC. */
  takenAt: z.string(),
  entries: z.array(entrySchema).min(1).refine(isEachAlone),
  /** SHA-256 of all the above, so that an edited manifest is detected. */
  digest: z.string(),
});

/** A snapshot's contents with checksums; the file `manifest.json` beside its dumps. */
export type Manifest = z.infer<typeof manifestSchema>;
export type Entry = Manifest["entries"][number];

export const MANIFEST = "manifest.json";

export const snapshotsFolder = (stack: string): string => inFleet("snapshots", stack);
export const snapshotFolder = (of: { stack: string; name: string }): string =>
  path.join(snapshotsFolder(of.stack), of.name);

/** Adds the digest. */
export const sealed = (manifest: Omit<Manifest, "digest">): Manifest => ({ ...manifest, digest: digestOf(manifest) });

/** The manifest in a folder, if it is there, whole and as it was written. */
export const readManifest = (folder: string): Manifest | undefined => {
  const parsed = manifestSchema.safeParse(readJson(path.join(folder, MANIFEST)));
  if (!parsed.success) return undefined;
  const { digest, ...rest } = parsed.data;
  return digest === digestOf(rest) ? parsed.data : undefined;
};

export type Listed = { name: string; bytes: number; manifest: Manifest | undefined };

/** The snapshots of a stack, oldest first, damaged ones last. Remains of a killed backup are skipped. */
export const listSnapshots = (stack: string): Listed[] => {
  const folder = snapshotsFolder(stack);
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith("."))
    .map(({ name }) => {
      const own = path.join(folder, name);
      const bytes = readdirSync(own).reduce((sum, file) => sum + lstatSync(path.join(own, file)).size, 0);
      return { name, bytes, manifest: readManifest(own) };
    })
    .sort((a, b) => (a.manifest?.takenAt ?? "9").localeCompare(b.manifest?.takenAt ?? "9"));
};

const digestOf = (manifest: Omit<Manifest, "digest">): string =>
  createHash("sha256").update(JSON.stringify(manifest)).digest("hex");
