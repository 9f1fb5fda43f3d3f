import type { Release } from "../../infra/plan/roll-out";
import { refuseWith } from "../../infra/problems";
import { connectGoogle } from "../django/manage/google";
import { configValue } from "../rotation/pulumi";
import { askServices } from "../rotation/health";
import type { Session } from "../start/set-up";
import { releasesIn } from "../stack/held";
import { readPublished } from "../stack/published";
import { tell } from "../terminal/phase";
import { reviewedBy, unknownTo } from "./schema";
import { connectStack, refreshed, websOf, type Cloud, type Web } from "./stack";

/** A service that gets back the revision that it had. */
export type Move = { id: string; resource: string; urn: string; uri: string; from: string; to: string };

export type GoingBack = {
  session: Session;
  /** Migrations ("leads.0003_statistics") of which a person says that the code of before bears them. */
  over: readonly string[];
  /** Asks the person before anything is touched. */
  confirmed: (moves: readonly Move[], unchanged: readonly string[]) => Promise<void>;
};

/** What a rollback did. */
export type RollbackReport = {
  stack: string;
  /** The commit of the release, where it is known. */
  commit?: string;
  outcome: "taken back" | "not taken back" | "not ready";
  why: string[];
  services: { service: string; from: string; to: string }[];
  /** What stays as it is, and why. */
  unchanged: string[];
};

const report = tell("rollback");

/**
 * Gives the requests back to the revisions of the last good release: their images, configuration and versions of secrets. It moves
 * traffic and nothing else, without this checkout's program.
 * @throws ProblemsError where no release is known, where a revision is gone, or where its code does not bear today's schema
 */
export const rollBack = async (of: GoingBack): Promise<RollbackReport> => {
  const { session } = of;
  const { name: stack } = session.stack;
  const cloud = connectStack(session);
  const { state, webs } = await websOf(cloud);
  const target = targetOf({ stack, webs, releases: releasesIn(state) });
  const moves = movesTo(webs, target.revisions);
  const unchanged = unchangedBy({ webs, target, unasked: unaskedIn(state, stack) });
  if (moves.length === 0)
    refuseWith({
      path: `stack ${stack}`,
      message: "every web service has the revision of the last good release already",
      cure: `./fleet deploy ${stack} (brings a newer one)`,
    });
  await requireThere(cloud, stack, moves);
  // What serves a part of the requests on today's schema is known to bear it.
  if (!target.isTrial) await requireSchema({ ...of, moves });
  await of.confirmed(moves, unchanged);
  const services = moves.map(({ id, from, to }) => ({ service: id, from, to }));
  const told = { stack, ...(target.commit !== undefined && { commit: target.commit }), services, unchanged };

  report(moves.map(({ id, to }) => `${id}: to ${to}`).join(", "));
  const given = await Promise.allSettled(moves.map(({ resource, to }) => cloud.run.giveAll(resource, to)));
  const failed = given.flatMap((each) => (each.status === "rejected" ? [(each.reason as Error).message] : []));
  const isTrue = await refreshed(
    session,
    moves.map(({ urn }) => urn),
  );
  const untold = isTrue ? [] : ["the state could not be refreshed: run the same again"];
  if (failed.length > 0) return { ...told, outcome: "not taken back", why: [...failed, ...untold] };
  const answers = await askServices({ urls: moves.map(({ uri }) => uri), env: session.env });
  const unready = answers.filter(({ outcome }) => outcome !== "ready").map(({ url, detail }) => `${url}: ${detail}`);
  return { ...told, outcome: unready.length > 0 ? "not ready" : "taken back", why: [...unready, ...untold] };
};

type Target = { revisions: Readonly<Record<string, string>>; commit?: string | undefined; isTrial: boolean };

/** Where to: before a trial that is not over; else the release before the one that serves, or the last one that is recorded. */
export const targetOf = (of: { stack: string; webs: readonly Web[]; releases: readonly Release[] }): Target => {
  const { stack, webs, releases } = of;
  const onTrial = webs.filter(({ is }) => is.traffic.some(({ tag }) => tag?.startsWith("new-")));
  if (onTrial.length > 0)
    return { revisions: Object.fromEntries(onTrial.map(({ id, is }) => [id, is.stable ?? ""])), isTrial: true };
  const serves = (release: Release): boolean => webs.every(({ id, is }) => release.revisions[id] === is.stable);
  const index = releases.findLastIndex(serves);
  const release = index < 0 ? releases.at(-1) : releases[index - 1];
  if (release !== undefined) return { ...release, isTrial: false };
  return refuseWith({
    path: `stack ${stack}`,
    message: "no release before the one that serves is recorded with it",
    cure: `./fleet deploy ${stack} from a checkout of the wanted commit`,
  });
};

const movesTo = (webs: readonly Web[], revisions: Readonly<Record<string, string>>): Move[] =>
  webs.flatMap(({ id, resource, urn, is }) => {
    const to = revisions[id];
    const isOnTrial = is.traffic.some(({ tag }) => Boolean(tag));
    if (!to || (to === is.stable && !isOnTrial)) return [];
    return [{ id, resource, urn, uri: is.uri, from: (isOnTrial ? is.ready : is.stable) ?? "", to }];
  });

const unchangedBy = (of: { webs: readonly Web[]; target: Target; unasked: readonly string[] }): string[] => [
  ...of.webs
    .filter(({ id }) => !of.target.isTrial && of.target.revisions[id] === undefined)
    .map(({ id }) => `${id}: it is newer than that release`),
  ...of.unasked.map((id) => `${id}: it takes no requests, and keeps the code that it has`),
  "databases: no migration is taken back",
];

/** Services that take no requests: workers, schedulers, scheduled jobs. */
const unaskedIn = (state: Parameters<typeof readPublished>[0]["state"], stack: string): string[] =>
  readPublished({ stack, state })
    .plan.services.filter(({ kind }) => kind === "worker" || kind === "scheduler" || kind === "scheduled")
    .map(({ id }) => id);

const requireThere = async (cloud: Cloud, stack: string, moves: readonly Move[]): Promise<void> => {
  for (const { id, resource, to } of moves) {
    const isThere = await cloud.run.isThere(resource, to).catch(() => false);
    if (isThere) continue;
    refuseWith({
      path: id,
      message: `its revision ${to} is gone, or was never ready`,
      cure: `./fleet deploy ${stack} from a checkout of the wanted commit`,
    });
  }
};

/** Every migration of today's databases that the code of before does not know has to be one that it bears. */
const requireSchema = async ({ session, over, moves }: GoingBack & { moves: readonly Move[] }): Promise<void> => {
  const { stack, env } = session;
  const isRehearsed = env["FLEET_IDENTITY_URL"] !== undefined;
  const accessToken = configValue(session, "gcp:accessToken");
  const asking = { stack: stack.name, google: connectGoogle({ accessToken, env, pauseMs: isRehearsed ? 300 : 2000 }) };
  for (const { id, resource, from, to } of moves) {
    report(`${id}: asking the code of ${to} which of today's migrations it knows`);
    const [system = "", name = ""] = id.split("/");
    const of = (revision: string) => ({ system, name, revision: `${resource}/revisions/${revision}` });
    const unknown = await unknownTo(asking, of(to)).catch(({ message }: Error) =>
      refuseUnasked({ id, stack: stack.name, message }),
    );
    if (Object.keys(unknown).length === 0) continue;
    const reviewed = await reviewedBy(asking, of(from), unknown);
    const unborne = reviewed.filter(({ migration, why }) => why.length > 0 && !over.includes(migration));
    if (unborne.length === 0) continue;
    const overs = unborne.map(({ migration }) => `--over ${migration}`).join(" ");
    refuseWith({
      path: id,
      message: `the code of ${to} does not bear today's schema: ${unborne.map(({ migration, why }) => `${migration} (${why.join("; ")})`).join(", ")}`,
      cure: `mend it forward: ./fleet deploy ${stack.name}; or, if you know that this code bears them: ./fleet rollback ${stack.name} ${overs}`,
    });
  }
};

const refuseUnasked = (of: { id: string; stack: string; message: string }): never =>
  refuseWith({
    path: of.id,
    message: `it is not known whether the code of before bears today's schema: ${of.message}`,
    cure: `mend it forward: ./fleet deploy ${of.stack}`,
  });
