import type { Aws } from "./realise/aws";

/** The settings of a rehearsal, as its folder holds them in settings.json. */
export type ServerSettings = {
  projectId: string;
  /** The server listens at it on loopback. */
  port: number;
  /** The names of containers, networks and volumes begin with it. */
  prefix: string;
  /** It is put in front of base images' names. */
  imagePrefix: string;
  /** For deployed services, [first, last]. */
  ports: [number, number];
  /** What stands in AWS's place; absent where no service sends messages. */
  aws?: Aws;
  /** The id of the Docker engine that it is made on. */
  engine?: string;
};

/** The label of everything that a rehearsal makes in Docker; its value is the prefix. */
export const REHEARSAL_LABEL = "dev.fleet.rehearsal";
