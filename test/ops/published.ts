import { publish } from "../../infra/plan/publish";
import { RECORD_NAMES, RECORD_TYPE, type PublishedPlan } from "../../infra/plan/published";
import type { Resource } from "../../ops/stack/checkpoint";
import { wantedPlan } from "../../stacks/wanted";

/** What a stack in Docker publishes when it runs everything, but for what `config` says. */
export const publishedPlan = ({
  stack = "dev",
  config = {},
}: { stack?: string; config?: Readonly<Record<string, string>> } = {}): PublishedPlan =>
  publish(wantedPlan({ stack, config: { "fleet:target": "local", "fleet:mariadb": "true", ...config } }));

/** The plan as the engine keeps it in the state. */
export const record = (kind: keyof typeof RECORD_NAMES, plan: unknown): Resource => ({
  urn: `urn:pulumi:dev::fleet::${RECORD_TYPE}::${RECORD_NAMES[kind]}`,
  type: RECORD_TYPE,
  inputs: { plan },
});
