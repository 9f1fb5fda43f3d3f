import type { CloudPlan } from "../infra/plan/plan";
import { runningLines, secretLine, type Line } from "./estimate";
import { MONTH_S } from "./traffic";

const DAY_S = 86_400;

/**
 * A review's day in US dollars: what it costs while nobody looks at it (workers, secrets), and the most, with the one instance of
 * every service busy all day. The servers that all reviews share, their images and requests are not in it.
 */
export const dayOf = (plan: CloudPlan): { always: number; most: number } => {
  const services = [...plan.services.values()];
  const workers = services.filter(({ kind }) => kind === "worker" || kind === "scheduler");
  const webs = services.filter(({ kind }) => kind === "web");
  const always = sumOf([
    ...workers.flatMap((service) => running({ service, cpu: "worker CPU", memory: "worker memory" })),
    { usd: (secretLine(plan).usd * DAY_S) / MONTH_S },
  ]);
  const busy = sumOf(webs.flatMap((service) => running({ service, cpu: "service CPU", memory: "service memory" })));
  return { always, most: always + busy };
};

const running = (of: Omit<Parameters<typeof runningLines>[0], "seconds">): Line[] =>
  runningLines({ ...of, seconds: DAY_S });

const sumOf = (lines: readonly Pick<Line, "usd">[]): number => lines.reduce((sum, { usd }) => sum + usd, 0);
