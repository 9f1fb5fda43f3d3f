import path from "node:path";
import { buildImage, filesIn } from "../../docker/build";
import { hasImage } from "../../docker/pull";
import { proxiesIn } from "../../infra/targets/egress";
import { datastoreImage } from "../../infra/targets/local/images";
import { POSTGIS_DOCKERFILE, POSTGIS_FILES, postgisBuild } from "../../infra/targets/local/postgis-build";
import type { Realise } from "../realise";
import { ImageError, pulledImage } from "./sql-server";

const PROJECT = path.join(import.meta.dirname, "../..");

/**
 * The image of a Postgres server with PostGIS, as every Cloud SQL one has it: made as dev makes its own, and the rehearsal's to
 * remove. Its base is the same as that of servers without, so what they wrote stays readable and sorted.
 */
export const postgisImage = async (realise: Realise, version: string): Promise<string> => {
  const { docker, prefix, labels, imagePrefix } = realise;
  const baseName = datastoreImage({ engine: "postgis", version });
  const { BASE, hash } = postgisBuild({ folder: PROJECT, baseName, imagePrefix });
  const name = `${prefix}-postgis:${version}-${hash.slice(0, 12)}`;
  if (await hasImage(docker, name)) return name;
  await pulledImage(realise, BASE);
  try {
    const what = { files: filesIn(PROJECT, POSTGIS_FILES), dockerfile: POSTGIS_DOCKERFILE };
    await buildImage({ docker, name, ...what, buildargs: { BASE, ...proxies() }, labels });
  } catch (error) {
    throw new ImageError(`of PostGIS for ${BASE}`, (error as Error).message);
  }
  return name;
};

/** BuildKit knows both spellings, and keeps neither in the image; apt reads the lower-case ones alone. */
const proxies = (): Record<string, string> =>
  Object.fromEntries(
    proxiesIn(process.env).reachable.flatMap(([name, value]) => [
      [name, value],
      [name.toLowerCase(), value],
    ]),
  );
