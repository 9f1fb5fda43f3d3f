import type Docker from "dockerode";
import { rmSync } from "node:fs";
import path from "node:path";
import { logInFor } from "../../docker/log-in";
import { refuseWith } from "../../infra/problems";
import { writeWhenChanged } from "../stack/files";
import type { Report } from "../terminal/phase";
import {
  cliArchive,
  fetchArchive,
  pluginArchive,
  PLATFORMS,
  PULUMI,
  readChecksums,
  sha256,
  writeChecksums,
  type Checksums,
  type Publisher,
} from "./archives";
import { PLUGINS, versionOf } from "./tools";

const DIGESTS = "infra/targets/digests.json";

/**
 * Records the checksum of each archive of the installed versions, on every platform, that has none yet; those of other
 * versions are dropped. A recorded one is never changed. Resolves to whether the file changed.
 * @throws ProblemsError where an archive cannot be had; what was recorded before it stays.
 */
export const pinArchives = async ({
  from = PULUMI,
  report,
}: {
  from?: Publisher;
  report: Report;
}): Promise<boolean> => {
  const archives = PLATFORMS.flatMap((on) => [
    cliArchive({ version: versionOf("pulumi"), on }),
    ...PLUGINS.map((name) => pluginArchive({ name, version: versionOf(name), on })),
  ]);
  const before = readChecksums(from.checksums);
  const wanted: Checksums = {};
  let changed = false;
  for (const archive of archives) {
    const recorded = before[archive.file];
    wanted[archive.file] = recorded ?? (await checksumOf(archive, { from, report }));
    if (recorded === undefined) changed = writeChecksums(from.checksums, { ...before, ...wanted }) || changed;
  }
  return writeChecksums(from.checksums, wanted) || changed;
};

type Asking = { from: Publisher; report: Report };

const checksumOf = async (archive: Parameters<typeof fetchArchive>[0]["archive"], { from, report }: Asking) => {
  report(`downloading ${archive.file}`);
  const file = await fetchArchive({ archive, from, report });
  if (file === undefined)
    return refuseWith({
      path: archive.file,
      message: "it could not be downloaded, so its checksum is not recorded (curl's line is above)",
      cure: "run ./fleet pin where the publisher can be reached (a proxy: HTTPS_PROXY)",
    });
  const checksum = await sha256(file);
  rmSync(file);
  return checksum;
};

type Images = { docker: Docker; images: readonly string[]; file?: string; report: Report };

/**
 * Moves the digest of each image to what its tag points at now, as the engine learns it from the registry: that of the
 * index, which serves every platform. Nothing is written unless all are known. Resolves to whether the file changed.
 */
export const pinImages = async ({ docker, images, file = DIGESTS, report }: Images): Promise<boolean> => {
  const digests: [string, string][] = [];
  for (const image of [...images].sort()) {
    const digest = await digestOf(docker, image);
    report(`${image} is ${digest}`);
    digests.push([image, digest]);
  }
  return writeWhenChanged(path.resolve(file), `${JSON.stringify(Object.fromEntries(digests), null, 2)}\n`);
};

const digestOf = async (docker: Docker, image: string): Promise<string> => {
  try {
    return (await docker.getImage(image).distribution({ authconfig: logInFor(image) })).Descriptor.digest;
  } catch (error) {
    return refuseWith({
      path: `base image ${image}`,
      message: `the engine cannot ask its registry what the tag points at: ${(error as Error).message}`,
      cure: "run ./fleet pin where the image registry can be reached (docker login for a limit)",
    });
  }
};
