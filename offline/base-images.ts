import { copyFileSync, existsSync } from "node:fs";
import path from "node:path";
import type { Readable } from "node:stream";
import type Docker from "dockerode";
import { proxiesIn } from "../infra/targets/egress";
import { SHOWN_LINES, type Report } from "./command";
import { withDebianRoot } from "./debian-root";
import { inOffline } from "./digest";
import { contextOf, labels, recipeDigest, recipesFor, type Recipe } from "./images";

type Asked = {
  prefix: string;
  images: readonly string[];
  /** Debian's name of the images' architecture; left out: the engine's own. */
  architecture?: string;
  report: Report;
  signal?: AbortSignal;
};

/** Makes the images (official names) that are missing under the prefix, or were made by another recipe. */
export const buildBaseImages = async ({ images, ...of }: Asked): Promise<void> => {
  // Loaded late: it costs a fifth of a second, and finds the engine through DOCKER_HOST.
  const { default: Client } = await import("dockerode");
  const docker = new Client();
  const present = await presentImages(docker);
  const ready = new Map<string, Promise<void>>();
  // Each is made as soon as the image that it stands on is there.
  for (const recipe of recipesFor(images)) {
    const base = "from" in recipe ? ready.get(recipe.from) : undefined;
    const old = present.get(of.prefix + recipe.image);
    const step = async (): Promise<void> => {
      await base;
      of.signal?.throwIfAborted();
      if (old?.recipe === recipeDigest(recipe)) return;
      await make({ ...of, docker, recipe });
      // The image that just lost its name to its successor; one that a container or a child image needs stays.
      if (old)
        await docker
          .getImage(old.id)
          .remove()
          .catch(() => undefined);
    };
    ready.set(recipe.image, step());
  }
  // All of them run to their end, so that none is left working; then the first failure is thrown.
  const failure = (await Promise.allSettled(ready.values())).find(({ status }) => status === "rejected");
  if (failure) throw (failure as PromiseRejectedResult).reason;
};

type Present = { id: string; recipe: string };

/** The stand-ins in the engine, by name. */
const presentImages = async (docker: Docker): Promise<Map<string, Present>> => {
  const found = await docker.listImages({ filters: { label: [labels.recipe] } });
  return new Map(
    found.flatMap(({ Id, RepoTags, Labels }) =>
      (RepoTags ?? []).map((name): [string, Present] => [name, { id: Id, recipe: Labels[labels.recipe] ?? "" }]),
    ),
  );
};

type Making = Omit<Asked, "images"> & { docker: Docker; recipe: Recipe };

const make = async (of: Making): Promise<void> => {
  const { prefix, recipe, architecture, report, signal } = of;
  const name = prefix + recipe.image;
  const started = Date.now();
  report(`making ${name}`);
  const build = (context: string, files: string[]): Promise<void> => buildImage({ ...of, context, files });
  if ("suite" in recipe)
    await withDebianRoot({ suite: recipe.suite, ...(architecture && { architecture }), signal }, async (folder) => {
      copyFileSync(inOffline("images", recipe.folder, "Dockerfile"), path.join(folder, "Dockerfile"));
      await build(folder, ["Dockerfile", "root.tar"]);
    });
  else await build(inOffline("images"), contextOf(recipe));
  report(`made ${name} in ${Math.round((Date.now() - started) / 1000)} s`);
};

/** Through the engine's own builder: what the recipes use, every builder has. Only BuildKit heeds another architecture. */
const buildImage = async (of: Making & { context: string; files: string[] }): Promise<void> => {
  const { docker, prefix, recipe, architecture, context, files } = of;
  const dockerfile = existsSync(path.join(context, "Dockerfile")) ? "Dockerfile" : `${recipe.folder}/Dockerfile`;
  const stream = await docker.buildImage(
    { context, src: files },
    {
      t: prefix + recipe.image,
      dockerfile,
      // Proxies are no part of an image or of its cache: every builder knows these names.
      buildargs: { IMAGE_PREFIX: prefix, ...Object.fromEntries(proxiesIn(process.env).reachable) },
      labels: { [labels.standIn]: "true", [labels.recipe]: recipeDigest(recipe) },
      forcerm: true,
      ...(architecture && { platform: `linux/${architecture}`, version: "2" }),
    },
  );
  await finished(of, stream);
};

/** API 1.48 deprecates the field `error`. */
type Progress = { stream?: string; error?: string; errorDetail?: { message?: string } };

const finished = ({ docker, prefix, recipe, signal }: Making, stream: NodeJS.ReadableStream): Promise<void> =>
  new Promise((resolve, reject) => {
    // The engine stops a build whose client is gone.
    const abort = (): void => {
      (stream as Readable).destroy();
      reject(signal?.reason as Error);
    };
    signal?.addEventListener("abort", abort, { once: true });
    docker.modem.followProgress(stream, (error: Error | null, events: Progress[] = []) => {
      const failure = error?.message ?? events.map((event) => event.errorDetail?.message ?? event.error).find(Boolean);
      if (!failure) return resolve();
      const written = events.flatMap((event) => (event.stream ?? "").split("\n")).filter((line) => line.trim());
      reject(
        new Error(
          [`${prefix}${recipe.image} could not be built: ${failure}`, ...written.slice(-SHOWN_LINES)].join("\n    "),
        ),
      );
    });
  });
