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
  /** What the build reads: files of this machine by their paths in the build's context; the Dockerfile is one of them. */
  files: Readonly<Record<string, string>>;
  /** Its path in the context. */
  dockerfile: string;
  buildargs: Record<string, string>;
  labels?: Record<string, string>;
  platform?: string;
};

/** Files of a folder, each at the same path in a build's context. */
export const filesIn = (folder: string, files: readonly string[]): Record<string, string> =>
  Object.fromEntries(files.map((file) => [file, path.join(folder, file)]));

/**
 * Builds an image by the engine's API, without Pulumi. Its steps get the secrets of every build as files of the context:
 * the session in which the client offers secrets ends after a second (dockerode 5.0.1, engine 28.2.2, 2026-11-29), and a later
 * step that asks for one fails with "no active session", even if it need not have it.
 * @throws with the engine's message
 */
export const buildImage = async ({ docker, name, files, dockerfile, ...options }: Build): Promise<void> => {
  const context = mkdtempSync(path.join(tmpdir(), "fleet-build-"));
  try {
    ensureEgress();
    const all = { ...files, ...Object.fromEntries(egressSecrets.map(({ id, src }) => [id, src])) };
    for (const [file, from] of Object.entries(all)) {
      mkdirSync(path.dirname(path.join(context, file)), { recursive: true });
      copyFileSync(from, path.join(context, file));
    }
    const steps = path.join(context, dockerfile);
    writeFileSync(steps, withoutSecrets(readFileSync(steps, "utf8")));
    const src = Object.keys(all);
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
