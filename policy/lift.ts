import { reviewNumber } from "../infra/naming";
import type { RuleBasics } from "./rule";

/** Names the one stack whose data an update may take the protection from. */
const LIFT = "FLEET_LIFT_PROTECTION_OF";

/** What a message says of it. */
export const liftCure = (stack: string): string => `${LIFT}=${stack} ./fleet pulumi up --stack ${stack}`;

/**
 * Whether a person gives up the data of the stack of this URN: `urn:pulumi:prod::fleet::...`. A review of a pull request has made-up
 * data alone, and goes with it; the program lets no other stack have such a name (infra/settings/review.ts).
 */
export const isLifted = ({ guardsData }: RuleBasics, urn: string, env: NodeJS.ProcessEnv = process.env): boolean =>
  guardsData === true &&
  (reviewNumber(stackIn(urn)) !== undefined || (env[LIFT] !== undefined && env[LIFT] === stackIn(urn)));

export const stackIn = (urn: string): string => urn.split(":")[2] ?? "";
