import type Docker from "dockerode";

/** What the APIs may use of this machine to make real what they are told. */
export type Realise = {
  docker: Docker;
  /** Where files may lie, such as the sockets below /cloudsql. */
  folder: string;
  /** Begins the name of every container, network and volume, for example "rehearsal". */
  prefix: string;
  /** Put on every container, network and volume, so that all can be found again and removed. */
  labels: Record<string, string>;
  /** Put in front of base images' names (an official image's name follows), empty for the official ones. */
  imagePrefix: string;
  /** Where images are pushed to and pulled from, for example "localhost:9010". */
  registry: string;
  /** Host ports on loopback from which deployed services get theirs, [first, last]. */
  ports: readonly [number, number];
};
