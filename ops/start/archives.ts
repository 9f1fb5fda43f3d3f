import { createHash } from "node:crypto";
import { createReadStream, mkdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { refuseWith } from "../../infra/problems";
import { inFleet, writeWhenChanged } from "../stack/files";
import type { Report } from "../terminal/phase";
import { runWithLines } from "../terminal/processes";

/** A release archive of Pulumi's publisher. */
export type Archive = { place: "sdk" | "plugins"; file: string };

type Platform = { os: string; arch: string };
type Released = { name: string; version: string; on?: Platform };

/** The platforms that the project's commands run on. */
export const PLATFORMS: readonly Platform[] = ["linux", "darwin"].flatMap((os) =>
  ["x64", "arm64"].map((arch) => ({ os, arch })),
);

const here = (): Platform => ({ os: process.platform, arch: process.arch });

export const cliArchive = ({ version, on = here() }: Omit<Released, "name">): Archive => ({
  place: "sdk",
  file: `pulumi-v${version}-${on.os}-${on.arch}.tar.gz`,
});

export const pluginArchive = ({ name, version, on = here() }: Released): Archive => ({
  place: "plugins",
  file: `pulumi-resource-${name}-v${version}-${on.os}-${on.arch === "x64" ? "amd64" : on.arch}.tar.gz`,
});

/** Where archives come from, and the committed file of their checksums. */
export type Publisher = { site: string; checksums: string };

export const PULUMI: Publisher = { site: "https://get.pulumi.com/releases", checksums: "ops/start/checksums.json" };

export type Checksums = Record<string, string>;

export const readChecksums = (file: string): Checksums => JSON.parse(readFileSync(file, "utf8")) as Checksums;

export const writeChecksums = (file: string, checksums: Checksums): boolean => {
  const sorted = Object.fromEntries(Object.entries(checksums).sort(([a], [b]) => (a < b ? -1 : 1)));
  return writeWhenChanged(path.resolve(file), `${JSON.stringify(sorted, null, 2)}\n`);
};

type Download = { archive: Archive; from?: Publisher; report: Report };

/**
 * Downloads an archive whose checksum is the recorded one; resolves to its path, or to nothing where the publisher cannot be
 * reached. The first download of a version whose checksum nobody has recorded records it, for all to commit; a workflow, in
 * which nobody could, uses none.
 * @throws ProblemsError where the archive is another one than the recorded.
 */
export const download = async ({ archive, from = PULUMI, report }: Download): Promise<string | undefined> => {
  const file = await fetchArchive({ archive, from, report });
  if (file === undefined) return undefined;
  const found = await sha256(file);
  const checksums = readChecksums(from.checksums);
  const recorded = checksums[archive.file];
  if (recorded === found) return file;
  const problem = {
    path: archive.file,
    cure: "./fleet pin, where the publisher can be reached; then commit what it wrote",
  };
  if (recorded !== undefined) {
    rmSync(file);
    refuseWith({
      ...problem,
      message: `its SHA-256 is ${found}, and ${from.checksums} says ${recorded}: it is not the release that was seen before`,
      cure: "do not use it; find out at the publisher's release why it changed, then correct the file",
    });
  }
  if (process.env.CI) refuseWith({ ...problem, message: `${from.checksums} has no checksum of it` });
  writeChecksums(from.checksums, { ...checksums, [archive.file]: found });
  report(`${archive.file}: no checksum was recorded; it is in ${from.checksums} now, which is to be committed`);
  return file;
};

/**
 * With curl, which goes through the proxies that the environment names, trusts the authorities of SSL_CERT_FILE, whatever TLS
 * library it was made with, and tries twice more where a try fails, cut connections included.
 */
export const fetchArchive = async ({ archive, from = PULUMI, report }: Download): Promise<string | undefined> => {
  const to = inFleet("downloads", archive.file);
  mkdirSync(path.dirname(to), { recursive: true });
  const url = `${from.site}/${archive.place}/${archive.file}`;
  const quiet = ["--fail", "--silent", "--show-error", "--location", "--proto-redir", "=https"];
  const { SSL_CERT_FILE: authorities } = process.env;
  const trusted = authorities ? ["--cacert", authorities] : [];
  const patient = ["--retry", "2", "--retry-all-errors", "--connect-timeout", "20"];
  const args = [...quiet, ...trusted, ...patient, "--dump-header", "-", "--output", to, url];
  const reporting = reportingSize({ file: archive.file, report });
  return (await runWithLines({ command: "curl", args, report: reporting })) ? to : undefined;
};

/** Passes on what is said, and of the headers only how large the archive is; those of redirects are small. */
const reportingSize =
  ({ file, report }: { file: string; report: Report }): Report =>
  (line) => {
    const bytes = Number(/^content-length: (\d+)$/i.exec(line)?.[1] ?? 0);
    if (bytes >= 1e6) report(`${file}: ${Math.round(bytes / 1e6)} MB`);
    if (line.startsWith("curl: ") || !/^(HTTP\/|[\w-]+:)/.test(line)) report(line);
  };

export const sha256 = async (file: string): Promise<string> => {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
};
