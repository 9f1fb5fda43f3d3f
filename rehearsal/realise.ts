import type Docker from "dockerode";

/** The parts of this machine that APIs use to carry out what they are told. */
export type Realise = {
  docker: Docker;
  /** The folder for files, such as jobs' logs. */
  folder: string;
  /** The name of every container, network and volume begins with it, for example "rehearsal". */
  prefix: string;
  /** Every container, network and volume carries them, so that all can be found again and removed. */
  labels: Record<string, string>;
  /** It is put in front of the official names of base images; empty for the official ones. */
  imagePrefix: string;
  /** The registry to which images are pushed, for example "localhost:9010". */
  registry: string;
  /** Every client of the rehearsed cloud has to know it; at the registry it is the password. */
  token: string;
  /** How long an instance of a service stays without a request, in seconds; Cloud Run's stays up to 15 minutes. */
  idleSeconds: number;
  /** The first and the last port on loopback that deployed services may get. */
  ports: readonly [number, number];
};
