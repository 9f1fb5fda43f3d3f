import { setTimeout as sleep } from "node:timers/promises";
import { logInFor, registryOf } from "../../docker/log-in";
import { hasImage, pull } from "../../docker/pull";
import { imageReference, PYTHON_IMAGE } from "../../infra/targets/base-image";
import { datastoreImage } from "../../infra/targets/local/images";
import { buildBaseImages, standInImagePrefix } from "../../offline/index";
import { refuseWith, type Problem } from "../../infra/problems";
import type { Config } from "../../infra/settings/stack-file";
import { readConfig } from "../stack/config-file";
import type { Source } from "../stack/environment";
import { settingsFile, type Stack } from "../stack/stack";
import { requireDisk } from "./disk";
import type { Engine } from "./engine";
import { fallingBack, remember, rememberFailure, sourceOf } from "./memory";
import { foretold } from "./took";
import type { Report } from "../terminal/phase";
import { localPlan, wantedPlan } from "../../stacks/wanted";

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
  if (mirror && mirror !== standInImagePrefix) {
    await pullAhead({ ...of, prefix: mirror });
    return mirror;
  }

  const known = sourceOf({ what: "images" });
  const source = known ?? (await probe({ engine, report }));
  if (source === "offline") await buildStandIns({ engine, images: [...baseImages(), ...images], report, signal });
  if (source === "official") await pullAhead({ ...of, prefix: "" });
  // What FLEET_OFFLINE forces was not seen to go well.
  if (known === undefined && source === "official") remember({ images: source });
  if (known === undefined && source === "offline") rememberFailure("images");
  return source === "offline" ? standInImagePrefix : "";
};

/**
 * Pulls what the stack's update will want of a registry that somebody has logged in to. The provider would pull without a
 * log-in, unless its config held it, and that is kept in the state; what the engine has already it does not pull.
 */
const pullAhead = async ({
  stack,
  config = {},
  engine,
  prefix,
  report,
}: Wanted & { prefix: string }): Promise<void> => {
  const { docker } = engine;
  for (const image of datastoreImages({ stack, config }).map((name) => imageReference({ image: name, prefix }))) {
    if (logInFor(image) === undefined || (await hasImage(docker, image))) continue;
    report(`pulling ${image} with the log-in to ${registryOf(image)}`);
    await pull({ docker, image, signal: AbortSignal.timeout(PULL_TIMEOUT_MS) }).catch((error: Error) =>
      refuseWith(notPulled(image, error.message)),
    );
  }
};

/** Of the datastores that a stack runs here. Settings that are wrong are the program's to report, with all others. */
const datastoreImages = ({ stack, config }: { stack: Stack; config: Config }): string[] => {
  const plan = localPlan({ stack: stack.name, configFile: settingsFile(stack), config, madeUp: true });
  return [...(plan?.datastores.values() ?? [])].filter(({ runs }) => runs).map(datastoreImage);
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
  const once = (): Promise<void> => pull({ docker, image, signal: AbortSignal.timeout(PULL_TIMEOUT_MS) });
  try {
    // A moment's failure would make stand-ins for a day.
    await once().catch(async (error: Error) => {
      if (!isUnreachable(error.message)) throw error;
      await sleep(AGAIN_MS);
      await once();
    });
    return "official";
  } catch (error) {
    const message = (error as Error).message;
    if (!isUnreachable(message)) refuseWith(notPulled(image, message));
    const to = `stand-ins made of Debian packages and PyPI, named ${standInImagePrefix}*,`;
    report(fallingBack({ what: "the image registry", why: lastClause(message), to }));
    return "offline";
  }
};

const notPulled = (image: string, message: string): Problem => ({
  path: `base image ${image}`,
  message: `the engine could not pull it: ${message}`,
  cure: "docker login (for a pull limit or a private mirror), or name a mirror with FLEET_IMAGE_PREFIX, or FLEET_OFFLINE=1 for stand-ins; then run this again",
});

const PULL_TIMEOUT_MS = 600_000;
const AGAIN_MS = 2000;

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
