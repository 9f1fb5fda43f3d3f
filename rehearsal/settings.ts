/** What a rehearsal's folder says of it, in settings.json. */
export type ServerSettings = {
  projectId: string;
  /** On loopback. */
  port: number;
  /** Begins the names of containers, networks and volumes. */
  prefix: string;
  /** Put in front of base images' names. */
  imagePrefix: string;
  /** For deployed services, [first, last]. */
  ports: [number, number];
};

/** On everything that a rehearsal makes in Docker; the value is its prefix. */
export const REHEARSAL_LABEL = "dev.fleet.rehearsal";
