import type Docker from "dockerode";
import { imageReference, PYTHON_IMAGE } from "../../infra/targets/base-image";
import { datastoreImage } from "../../infra/targets/local/images";
import { buildBaseImages, standInImagePrefix } from "../../offline/index";
import { refuseWith } from "../../infra/problems";
import type { Config } from "../../infra/settings/stack-file";
import { readConfig } from "../stack/config-file";
import type { Source } from "../stack/environment";
import { settingsFile, type Stack } from "../stack/stack";
import { requireDisk } from "./disk";
import type { Engine } from "./engine";
import { fallingBack, remember, rememberFailure, sourceOf } from "./memory";
import { foretold } from "./took";
import type { Report } from "../terminal/phase";
import { wantedPlan } from "../../stacks/wanted";

/** Official names, also of systems and datastores that are off: switching one on must not need set-up. */
export const baseImages = (): string[] => {
  // A plan has every datastore, whatever the settings say.
  const { datastores } = wantedPlan({ stack: "any", config: { "fleet:target": "local" } });
  return [...new Set([PYTHON_IMAGE, ...[...datastores.values()].map(datastoreImage)])];
};

type Wanted = {
  stack: Stack;
  config?: Config;
  engine: Engine;
  images?: readonly string[];
  report: Report;
  signal: AbortSignal;
};

/**
 * Makes sure that base images can be had, and returns the prefix under which: official, a mirror's, or our stand-ins.
 * @param of.config settings that this command adds to the stack's
 * @param of.images official names of images besides the catalogue's
 */
export const ensureBaseImages = async (of: Wanted): Promise<string> => {
  const { stack, config = {}, engine, images = [], report, signal } = of;
  const mirror = wantedPrefix({ stack, config });
  if (mirror && mirror !== standInImagePrefix) return mirror;

  const known = sourceOf({ what: "images" });
  const source = known ?? (await probe({ engine, report }));
  if (source === "offline") await buildStandIns({ engine, images: [...baseImages(), ...images], report, signal });
  if (source === "official") remember({ images: source });
  else if (known === undefined) rememberFailure("images");
  return source === "offline" ? standInImagePrefix : "";
};

/** The prefix that the program will use: the environment speaks where the stack is silent. */
const wantedPrefix = ({ stack, config }: { stack: Stack; config: Config }): string | undefined => {
  const configured = { ...readConfig(settingsFile(stack)).config, ...config }["fleet:imagePrefix"];
  return configured || process.env.FLEET_IMAGE_PREFIX;
};

/** Whether the engine can pull: asked once, by pulling the first image that will be needed anyway. */
const probe = async ({ engine: { docker }, report }: { engine: Engine; report: Report }): Promise<Source> => {
  const image = imageReference({ image: PYTHON_IMAGE, prefix: "" });
  report(`pulling ${image}`);
  try {
    await pull(docker, image);
    return "official";
  } catch (error) {
    const message = (error as Error).message;
    if (!isUnreachable(message))
      refuseWith({
        path: `base image ${image}`,
        message: `the engine could not pull it: ${message}`,
        cure: "docker login (for a pull limit), or name a mirror with FLEET_IMAGE_PREFIX, or FLEET_OFFLINE=1 for stand-ins; then run this again",
      });
    const to = `stand-ins made of Debian packages and PyPI, named ${standInImagePrefix}*,`;
    report(fallingBack({ what: "the image registry", why: lastClause(message), to }));
    return "offline";
  }
};

const pull = async (docker: Docker, image: string): Promise<void> => {
  const stream = await docker.pull(image, { abortSignal: AbortSignal.timeout(PULL_TIMEOUT_MS) });
  await new Promise<void>((resolve, reject) => {
    docker.modem.followProgress(stream, (error: Error | null) => (error ? reject(error) : resolve()));
  });
};

const PULL_TIMEOUT_MS = 600_000;

/** A registry that answers with a refusal is reached: the cure is another one. */
export const isUnreachable = (message: string): boolean =>
  /no such host|connection refused|network is unreachable|no route to host|i\/o timeout|timeout exceeded|TLS handshake|server misbehaving|proxyconnect|aborted/i.test(
    message,
  );

const lastClause = (message: string): string => message.slice(message.lastIndexOf(": ") + 1).trim();

type Building = { engine: Engine; images: readonly string[]; report: Report; signal: AbortSignal };

const buildStandIns = async ({ engine: { docker }, images, report, signal }: Building): Promise<void> => {
  const present = new Set((await docker.listImages()).flatMap(({ RepoTags }) => RepoTags ?? []));
  const build = (): Promise<void> => buildBaseImages({ prefix: standInImagePrefix, images, report, signal });
  const missing = images.filter((image) => !present.has(`${standInImagePrefix}${image}`));
  if (missing.length === 0) return build();
  const { DockerRootDir: folder } = (await docker.info()) as { DockerRootDir: string };
  requireDisk({ folder, neededGiB: 5, what: "building base images" });
  const about = `making ${missing.length} base images of Debian packages: 2 GB for all of them, 2 minutes on 2 processors (2026-11-28)`;
  return foretold({ what: "stand-ins of base images", about, report, work: build });
};
