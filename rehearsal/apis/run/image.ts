import { hasImage, pull } from "../../../docker/pull";
import { registryLogin } from "../../access";
import type { Cloud } from "../../api";
import { NotReady } from "./not-ready";

/**
 * The image of a container, pulled. One of another registry than the cloud's own may have a stand-in on this machine, as base
 * images have, and is asked for with the machine's own log-in.
 * @throws NotReady where it cannot be had
 */
export const pulledImage = async ({ realise }: Pick<Cloud, "realise">, image: string): Promise<string> => {
  const { docker, registry, imagePrefix, token } = realise;
  const isOwn = image.startsWith(`${registry}/`);
  const standIn = `${imagePrefix}${image}`;
  if (!isOwn && imagePrefix && (await hasImage(docker, standIn))) return standIn;
  try {
    await pull({ docker, image, ...(isOwn && { authconfig: registryLogin(token) }) });
    return image;
  } catch (error) {
    throw new NotReady(
      { message: `Image '${image}' not found. (${(error as Error).message})`, reason: "CONTAINER_MISSING" },
      "NOT_FOUND",
    );
  }
};
