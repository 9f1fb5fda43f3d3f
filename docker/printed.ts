import type Docker from "dockerode";
import { textOf } from "./demultiplex";

/** The log of a container, both streams in order; only the last `lines` where they are given. */
export const printedBy = async ({
  docker,
  container,
  lines,
}: {
  docker: Docker;
  container: string;
  lines?: number;
}): Promise<string> => {
  const tail = lines === undefined ? {} : { tail: lines };
  return textOf(await docker.getContainer(container).logs({ stdout: true, stderr: true, ...tail }));
};
