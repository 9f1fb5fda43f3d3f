import type { Input, Output } from "@pulumi/pulumi";
import type { Problem } from "./problems";

/** What a stack tells after an update; one shape for both targets. */
export type Outputs = {
  /** The address of every web service, by `system/service`. */
  urls: Record<string, Input<string>>;
  /** Every service that runs. `container` is its name in Docker, on Google Cloud that of the service, job or pool. */
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

/** What a target makes of a plan, once the problems that it sees (all of them, nothing touched yet) are none. */
export type Prepared = { problems: Problem[]; make: () => Outputs };
