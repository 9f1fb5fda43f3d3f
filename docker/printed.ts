import { textOf } from "./demultiplex";
import type { Exec } from "./exec";

/** The log of a container, both streams in order; only the last `lines` where they are given. */
export const printedBy = async ({
  docker,
  container,
  lines,
}: Pick<Exec, "docker" | "container"> & { lines?: number }): Promise<string> => {
  const tail = lines === undefined ? {} : { tail: lines };
  return textOf(await docker.getContainer(container).logs({ stdout: true, stderr: true, ...tail }));
};
