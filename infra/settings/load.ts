import * as pulumi from "@pulumi/pulumi";
import type { SecretValues } from "../outputs";
import { refuse, type Problem } from "../problems";
import { parseSettings, type Written } from "./parse";
import type { Settings } from "./schema";

/** A stack's settings with every problem in them; see parseSettings. */
export type ReadSettings = {
  settings: Settings | undefined;
  problems: Problem[];
  secretValues: SecretValues;
  /** The token that the stack's config gives for Google Cloud. */
  accessToken?: string;
};

/** Reads the running program's config; the only place that touches pulumi.Config. It refuses nothing. */
export const readSettings = (): ReadSettings => readWritten(writtenHere());

/**
 * Reads and checks the running program's config.
 * @throws ProblemsError with every problem found.
 */
export const loadSettings = (): Loaded => settingsFrom(writtenHere());

/**
 * Checks a config that was read elsewhere.
 * @throws ProblemsError with every problem found.
 */
export const settingsFrom = (written: Written): Loaded => {
  const { settings, problems, ...rest } = readWritten(written);
  refuse(problems);
  if (!settings) throw new Error("settings without problems are missing"); // unreachable: a missing target is a problem
  return { settings, ...rest };
};

type Loaded = Omit<ReadSettings, "settings" | "problems"> & { settings: Settings };

const writtenHere = (): Written => ({
  stack: pulumi.getStack(),
  project: pulumi.getProject(),
  config: pulumi.runtime.allConfig(),
});

const readWritten = (written: Written): ReadSettings => {
  const { secretValues, ...parsed } = parseSettings({ ...written, environment: process.env });
  const accessToken = written.config["gcp:accessToken"];
  return {
    ...parsed,
    secretValues: Object.fromEntries(Object.entries(secretValues).map(([name, value]) => [name, pulumi.secret(value)])),
    ...(accessToken === undefined ? {} : { accessToken }),
  };
};
