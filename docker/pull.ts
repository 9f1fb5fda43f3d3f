import type Docker from "dockerode";
import { logInFor } from "./log-in";
import { followed } from "./progress";
import { ABSENT, ignoring } from "./refusals";

type Pull = { docker: Docker; image: string; authconfig?: Docker.AuthConfig | undefined; signal?: AbortSignal };

/**
 * Pulls an image, by default with the log-in to its registry that `docker login` has kept.
 * @throws with the engine's message where the image cannot be had
 */
export const pull = async ({ docker, image, authconfig = logInFor(image), signal }: Pull): Promise<void> => {
  const stream = await docker.pull(image, {
    ...(authconfig && { authconfig }),
    ...(signal && { abortSignal: signal }),
  });
  await followed(docker, stream);
};

/** Whether the engine has an image of this name. */
export const hasImage = async (docker: Docker, image: string): Promise<boolean> =>
  (await ignoring([ABSENT], docker.getImage(image).inspect())) !== undefined;
