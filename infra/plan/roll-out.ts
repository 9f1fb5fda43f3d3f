import * as z from "zod";

/**
 * A web service whose newest revision is on trial: it gets a share of the traffic in percent, the revision that is known to
 * be good the rest, and each has an address of its own by a tag. The tags name the roll-out, so that it knows its own.
 */
const holdSchema = z.strictObject({
  stable: z.string().regex(/^[a-z][a-z0-9-]{0,62}$/),
  percent: z.int().min(0).max(100),
  run: z.string().regex(/^[0-9a-f]{6}$/),
});

/** What a roll-out brought to all: the revisions, each of which holds its image, configuration and versions of secrets. */
const releaseSchema = z.object({
  at: z.string(),
  /** The commit of the checkout; what served before the first roll-out has none. */
  commit: z.string().optional(),
  /** Of each web service ("leads/web") the revision that served. */
  revisions: z.record(z.string(), z.string()),
});

/** What `./fleet deploy` asks of one update, as JSON in the variable of this name. Without it, an update is a plain one. */
export const ROLL_OUT_VARIABLE = "FLEET_ROLL_OUT";

export const rollOutSchema = z.strictObject({
  /** By the ids of web services; the newest revision of every other one gets all of its traffic. */
  holds: z.record(z.string(), holdSchema),
  /** Whether worker pools stay as they are until the trial is over. */
  keepsPools: z.boolean(),
  /** The releases that are to be recorded with the stack, the newest last; those that are there stay where it is left out. */
  releases: z.array(releaseSchema).optional(),
});

export type Hold = z.infer<typeof holdSchema>;
export type Release = z.infer<typeof releaseSchema>;
export type RollOut = z.infer<typeof rollOutSchema>;

/** Gives the newest revisions everything, unjudged. */
export const AT_ONCE: RollOut = { holds: {}, keepsPools: false };

/** The name of the record of releases in the stack's state; its type is that of the published plan's. */
export const RELEASES = "releases";
export const releasesSchema = z.array(releaseSchema);

export const LATEST = "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST";
export const REVISION = "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION";

/** A share of a service's traffic, as Cloud Run names it. */
export type Target = { type: string; percent: number; revision?: string; tag?: string };

export const tagsOf = (run: string): { new: string; old: string } => ({ new: `new-${run}`, old: `old-${run}` });

/** The traffic of a service on trial; without one, all of it is the newest revision's. */
export const trafficOf = (hold?: Hold): Target[] => {
  if (hold === undefined) return [{ type: LATEST, percent: 100 }];
  const { stable: revision, percent, run } = hold;
  const tags = tagsOf(run);
  return [
    { type: LATEST, percent, tag: tags.new },
    { type: REVISION, revision, percent: 100 - percent, tag: tags.old },
  ];
};

/** Whether a revision other than the newest is to serve, or an address of its own is open: a trial that is not over, or one that was lost. */
export const isHeld = (traffic: readonly Partial<Target>[]): boolean =>
  traffic.some(({ type, tag }) => type === REVISION || Boolean(tag));
