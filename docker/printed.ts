import type Docker from "dockerode";
import { textOf } from "./demultiplex";

/** What a container printed, both streams in order; the last `lines` of it where they are given. */
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
