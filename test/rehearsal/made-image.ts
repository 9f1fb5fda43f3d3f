import type Docker from "dockerode";
import { followed } from "../../docker/progress";
import { PYTHON_IMAGE } from "../../infra/targets/base-image";
import { registryLogin } from "../../rehearsal/access";

type Making = {
  docker: Docker;
  /** The owner's token of the rehearsed cloud whose registry it is for. */
  token: string;
  /** Its name with the tag 1. */
  image: string;
  /** The file with the program, such as "/manage.py". */
  file: string;
  program: string;
  /** A line of a Dockerfile. */
  change: string;
};

/** Makes an image of Python's with one program in it, and pushes it to a rehearsed registry. */
export const makeImage = async ({ docker, token, image, file, program, change }: Making): Promise<void> => {
  const write = ["python", "-c", `open("${file}", "w").write(${JSON.stringify(program)})`];
  const Image = `${process.env.FLEET_IMAGE_PREFIX ?? ""}${PYTHON_IMAGE}`;
  const container = await docker.createContainer({ Image, Cmd: write });
  await container.start();
  await container.wait();
  await container.commit({ repo: image.replace(/:1$/, ""), tag: "1", changes: change });
  await container.remove();
  await followed(docker, await docker.getImage(image).push({ authconfig: registryLogin(token) }));
};
