import type Docker from "dockerode";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { egressSecrets, ensureEgress } from "../infra/targets/egress";
import { followed } from "./progress";

type Build = {
  docker: Docker;
  /** The name of the image. */
  name: string;
  folder: string;
  /** What the build reads, as paths in the folder; the Dockerfile is one of them. */
  files: readonly string[];
  dockerfile: string;
  buildargs: Record<string, string>;
  labels?: Record<string, string>;
};

/**
 * Builds an image by the engine's API, without Pulumi. Its steps get the secrets of every build as files of the context:
 * the session in which the client offers secrets ends after a second (dockerode 5.0.1, engine 28.2.2, 2026-11-29), and a later
 * step that asks for one fails with "no active session", even if it need not have it.
 * @throws with the engine's message
 */
export const buildImage = async ({ docker, name, folder, files, dockerfile, ...options }: Build): Promise<void> => {
  const context = mkdtempSync(path.join(tmpdir(), "fleet-build-"));
  try {
    ensureEgress();
    for (const file of files) {
      mkdirSync(path.dirname(path.join(context, file)), { recursive: true });
      copyFileSync(path.join(folder, file), path.join(context, file));
    }
    for (const { id, src } of egressSecrets) copyFileSync(src, path.join(context, id));
    writeFileSync(path.join(context, dockerfile), withoutSecrets(readFileSync(path.join(folder, dockerfile), "utf8")));
    const src = [...files, ...egressSecrets.map(({ id }) => id)];
    await followed(
      docker,
      await docker.buildImage({ context, src }, { ...options, t: name, version: "2", dockerfile }),
    );
  } finally {
    rmSync(context, { recursive: true, force: true });
  }
};

/** The same steps with a file of the context in the place of each secret. */
export const withoutSecrets = (dockerfile: string): string =>
  dockerfile.replaceAll(
    /--mount=type=secret,id=(\w+)(?:,mode=\d+)?(?=\s)/g,
    "--mount=type=bind,source=$1,target=/run/secrets/$1",
  );
