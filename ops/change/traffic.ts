import type { Asked } from "../../demo/client";

/**
 * What happens while clients are at work: nothing yet, the branch is applied, it serves, the traffic is given back, the revisions of before serve again
 * on the databases of after, the base is applied anew.
 */
export const PHASES = ["before", "update", "after", "going back", "back", "base again"] as const;
export type Phase = (typeof PHASES)[number];

/** The requests of one service in one phase. */
export type Traffic = {
  phase: Phase;
  /** "booking/reservas" */
  service: string;
  asked: number;
  /** Those without an answer or with a status from 500, each kind once, with its number. */
  failed: Record<string, number>;
  medianMs: number;
  p95Ms: number;
  longestMs: number;
};

/** The number of requests that failed. */
export const failuresIn = ({ failed }: Pick<Traffic, "failed">): number =>
  Object.values(failed).reduce((sum, times) => sum + times, 0);

/** Too many requests. */
export const LIMITED = 429;

export type Request = Asked & { phase: Phase; service: string };

/** The traffic by phase and service. */
export const trafficIn = (requests: readonly Request[]): Traffic[] => {
  const found = new Map<string, Request[]>();
  for (const request of requests) {
    const key = JSON.stringify([request.phase, request.service]);
    const known = found.get(key);
    if (known) known.push(request);
    else found.set(key, [request]);
  }
  return [...found.values()].map(trafficOf);
};

const trafficOf = (requests: readonly Request[]): Traffic => {
  const { phase, service } = requests[0]!;
  const times = requests.map(({ ms }) => ms).sort((a, b) => a - b);
  const at = (share: number): number => Math.round(times[Math.floor(share * (times.length - 1))] ?? 0);
  const failed: Record<string, number> = {};
  for (const { status = 0, error, method, path, retryAfter } of requests) {
    // Cloud Run's own 429, where no instance is free, names no time.
    const isRefused = status >= 500 || (status === LIMITED && retryAfter === undefined);
    if (error === undefined && !isRefused) continue;
    const what = `${method} ${withoutIds(path)}: ${error ?? status}`;
    failed[what] = (failed[what] ?? 0) + 1;
  }
  return { phase, service, asked: requests.length, failed, medianMs: at(0.5), p95Ms: at(0.95), longestMs: at(1) };
};

/** One kind of request, whatever it was about. */
const withoutIds = (path: string): string => path.replace(/\/(\d+|[0-9a-f-]{36})(?=\/|$)/g, "/<id>");
