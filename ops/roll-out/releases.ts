import type { Release } from "../../infra/plan/roll-out";
import type { Web } from "./stack";

/** So many releases are kept with the stack; Cloud Run keeps a thousand revisions of a service. */
const KEPT = 10;

/** The releases with this one: what is newer than what served was taken back, and is none. */
export const nextReleases = (of: {
  known: readonly Release[];
  before: readonly Web[];
  after: readonly Web[];
  commit: string;
  at?: string;
}): Release[] => {
  const { known, before, after, commit, at = new Date().toISOString() } = of;
  const served = revisionsBy(before, ({ stable }) => stable);
  const index = known.findLastIndex((release) => isSame(release.revisions, served));
  const kept = index >= 0 ? known.slice(0, index + 1) : known;
  const was = index >= 0 || before.length === 0 ? [] : [{ at, revisions: served }];
  const revisions = revisionsBy(after, ({ ready }) => ready);
  const next = isSame(revisions, [...kept, ...was].at(-1)?.revisions ?? {}) ? [] : [{ at, commit, revisions }];
  return [...kept, ...was, ...next].slice(-KEPT);
};

const revisionsBy = (webs: readonly Web[], revisionOf: (is: Web["is"]) => string | undefined): Record<string, string> =>
  Object.fromEntries(webs.flatMap(({ id, is }) => (revisionOf(is) ? [[id, revisionOf(is) as string]] : [])));

const isSame = (a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean =>
  Object.keys(a).length === Object.keys(b).length && Object.entries(a).every(([id, revision]) => b[id] === revision);
