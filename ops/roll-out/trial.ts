/** A web service whose newest revision is on trial. */
export type Trial = {
  /** "leads/web" */
  id: string;
  /** Its name at Google, and the full one: "projects/p/locations/l/services/s". */
  name: string;
  resource: string;
  /** The revision that is known to be good, and the new one. */
  stable: string;
  fresh: string;
  /** Its address, which is what identity tokens are for, and those of the two revisions by tag. */
  uri: string;
  at: { fresh: string; stable: string };
  /** The path that needs nothing of the service but itself. */
  healthPath: string;
};
