import * as z from "zod";
import { cloudShape, type CloudSettings } from "./cloud";
import { FORWARDED_HOST } from "../forwarded";

/** With the highest host port of the catalogue (8086) it is still a port. */
const MAX_PORT_OFFSET = 50_000;

/** The platforms on which a stack can run. */
export const targets = ["local", "gcp"] as const;
export type Target = (typeof targets)[number];

/** The config keys (`fleet:<key>`) and their values; messages take their words from `meta` (types.ts). */
export const settingsSchema = z.strictObject({
  /** `local`: Docker on this machine; `gcp`: Google Cloud. */
  target: z.enum(targets).meta({ example: "local" }),
  /** Names of systems, or `all`; empty is `all` too. */
  systems: z.array(z.string()).default([]).meta({ allowed: "a list of system names, or [all]", example: "all" }),
  /** Runs the on-demand MariaDB datastores. */
  mariadb: z.boolean().default(false).meta({ example: "true" }),
  /** Added to every host port. */
  portOffset: z.int().min(0).max(MAX_PORT_OFFSET).default(0).meta({ example: "1000" }),
  /** Mounts code and reloads it on edits. */
  hotReload: z.boolean().default(false).meta({ example: "true" }),
  /** Names besides this machine's own under which web services are asked; `{port}` stands for the port. */
  forwardedHosts: z.array(z.string().regex(FORWARDED_HOST, "not a host name")).default([]).meta({
    allowed: "a list of host names, with {port} where a name carries it",
    example: "abc-{port}.tunnel.example",
  }),
  /** In front of every base image: empty or ending with `/`. */
  imagePrefix: z
    .string()
    .regex(/^([a-z0-9][a-z0-9._:/-]*\/)?$/, "not an image prefix")
    .default("")
    .meta({ allowed: "empty, or a lower-case image path that ends with /", example: "mirror.example/library/" }),
  /** Values of secrets by name; the rest are random. */
  secrets: z
    .record(z.string(), z.string().min(1))
    .default({})
    .meta({ allowed: "a text of at least one character for each name", example: "<value>" }),
  ...cloudShape,
});

type Written = z.infer<typeof settingsSchema>;

export type Settings = Readonly<Omit<Written, "secrets" | "systems" | "forwardedHosts" | keyof CloudSettings>> & {
  forwardedHosts: readonly string[];
  systems: readonly string[];
  /** Settings of the target gcp; absent for any other. */
  cloud?: CloudSettings;
  /** The Pulumi stack's name. */
  stack: string;
  /** The names of the secrets whose values the config gives; the values travel separately, as Pulumi secrets. */
  secrets: readonly string[];
};
