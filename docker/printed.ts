import { textOf } from "./demultiplex";
import type { Exec } from "./exec";

type Printed = Pick<Exec, "docker" | "container"> & { lines?: number };

/** The log of a container, both streams in order; only the last `lines` where they are given. */
export const printedBy = async ({ docker, container, lines }: Printed): Promise<string> => {
  const tail = lines === undefined ? {} : { tail: lines };
  return textOf(await docker.getContainer(container).logs({ stdout: true, stderr: true, ...tail }));
};
