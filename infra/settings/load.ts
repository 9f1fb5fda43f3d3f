import * as pulumi from "@pulumi/pulumi";
import type { SecretValues } from "../outputs";
import { parseSettings, type Parsed } from "./parse";

/** A stack's settings with every problem in them; see parseSettings. */
type ReadSettings = Omit<Parsed, "secretValues"> & {
  secretValues: SecretValues;
  /** The token that the stack's config gives for Google Cloud. */
  accessToken?: string;
};

/** Reads the running program's config; the only place that touches pulumi.Config. It refuses nothing. */
export const readSettings = (): ReadSettings => {
  const config = pulumi.runtime.allConfig();
  const { secretValues, ...parsed } = parseSettings({
    stack: pulumi.getStack(),
    project: pulumi.getProject(),
    config,
    environment: process.env,
  });
  const accessToken = config["gcp:accessToken"];
  return {
    ...parsed,
    secretValues: Object.fromEntries(Object.entries(secretValues).map(([name, value]) => [name, pulumi.secret(value)])),
    ...(accessToken === undefined ? {} : { accessToken }),
  };
};
