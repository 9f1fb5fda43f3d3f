import type { Expected } from "./parts";

/** A container as the engine lists it. */
export type Listed = {
  id: string;
  name: string;
  /** In seconds since 1970. */
  created: number;
  /** The rehearsed cloud that made it. */
  rehearsal?: string;
};

type Searched = {
  part: Expected;
  listed: readonly Listed[];
  /** The containers of a rehearsed cloud, the newest first, with the resources that they are of. */
  instances: readonly { resource: string; listed: Listed }[];
};

/** The container in which a part runs: the one of its name or, of a rehearsed cloud, the newest instance of its resource. */
export const containerOf = ({ part, listed, instances }: Searched): Listed | undefined => {
  const own = listed.find(({ name }) => name === part.container);
  if (own || part.kind === "job") return own;
  return instances.find(({ resource }) => resource === part.container)?.listed;
};
