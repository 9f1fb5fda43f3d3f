import type { Input, Output } from "@pulumi/pulumi";
import type { Problem } from "./problems";

/** The outputs of a stack, of one shape for both targets. */
export type Outputs = {
  /** The address of every web service, by `system/service`. */
  urls: Record<string, Input<string>>;
  /** Every service that runs. `container` is its name in Docker, or that of the service, job or pool on Google Cloud. */
  services: ServiceOutput[];
};

export type ServiceOutput = {
  system: string;
  service: string;
  kind: string;
  container: Input<string>;
  url?: Input<string>;
  healthUrl?: Input<string>;
  /** On Google Cloud: the newest revision that is ready. */
  revision?: Input<string>;
};

/** A secret's value by its full name. */
export type SecretSource = (name: string) => Output<string>;

/** Values of secrets that the config gives, by full name. */
export type SecretValues = Readonly<Record<string, Output<string>>>;

/** A plan on its target: every problem that the target finds before it touches anything, and the function that makes it. */
export type Prepared = {
  problems: readonly Problem[];
  /** The id of the Docker engine that it is made on. */
  engine?: string;
  make: () => Outputs;
};
