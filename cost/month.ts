import { basePlan, type BasePlan } from "./base";
import { estimate, type Estimate } from "./estimate";
import { planOf } from "./plan";
import { prices } from "./prices";
import { LEFT_OUT, table } from "./table";
import { traffics } from "./traffic";
import { runCaptured } from "../ops/terminal/processes";
import { stackOf } from "../ops/stack/stack";

export type Options = { stack: string; base?: string; json?: boolean };

/** Prints what a month of a cloud stack costs, and the difference to a base branch. It queries no cloud. */
export const month = async ({ stack, base, json }: Options): Promise<number> => {
  const estimates = estimatesOf(planOf({ stack, file: stackOf(stack).configFile }));
  const from = base ?? firstBranch();
  const compared = from === undefined ? undefined : { base: from, ...(await comparison({ base: from, stack })) };
  process.stdout.write(json ? asJson({ stack, estimates, compared }) : asText({ stack, estimates, compared }));
  return 0;
};

type Plan = ReturnType<typeof planOf>;
type Compared = { base: string; commit?: string; estimates?: Estimate[]; unavailable?: string };
type Told = { stack: string; estimates: Estimate[]; compared: Compared | undefined };

const estimatesOf = (plan: Plan): Estimate[] => traffics.map((traffic) => estimate({ plan, traffic }));

/** The branch that a change is usually made for; undefined outside git. */
const firstBranch = (): string | undefined =>
  ["origin/main", "main"].find(
    (name) => runCaptured({ command: "git", args: ["rev-parse", "--verify", "--quiet", name] }).ok,
  );

const comparison = async (of: { base: string; stack: string }): Promise<Omit<Compared, "base">> => {
  const found: BasePlan = await basePlan(of);
  if ("unavailable" in found) return found;
  const estimates = estimatesIfRead(found.plan);
  return estimates ? { commit: found.commit, estimates } : { unavailable: "its plan has another shape than ours" };
};

/** A plan that another revision made, by a program that may differ in all but its entry; undefined where it does. */
export const estimatesIfRead = (plan: Plan): Estimate[] | undefined => {
  try {
    const estimates = estimatesOf(plan);
    return estimates.every(({ total }) => Number.isFinite(total)) ? estimates : undefined;
  } catch {
    return undefined;
  }
};

const asText = ({ stack, estimates, compared }: Told): string =>
  `${table({ stack, estimates, ...(compared?.estimates ? { bases: compared.estimates } : {}) })}\n${comparedWith(compared)}\n`;

const comparedWith = (compared: Compared | undefined): string => {
  if (compared === undefined) return "Compared with nothing: there is no branch main here; name one with --base.";
  const { base, commit = "", unavailable } = compared;
  return unavailable === undefined
    ? `In brackets: the difference to ${base} (${commit.slice(0, 12)}), at the same prices; none where there is no difference.`
    : `Not compared with ${base}: ${unavailable}.`;
};

const asJson = ({ stack, estimates, compared }: Told): string =>
  `${JSON.stringify({ stack, currency: "USD", prices, traffics, estimates, compared, leftOut: LEFT_OUT }, undefined, 2)}\n`;
