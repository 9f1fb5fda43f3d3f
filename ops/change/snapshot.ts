import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { publish } from "../../infra/plan/publish";
import type { Plan } from "../../infra/plan/plan";
import { PlainError, refuse, refuseWith } from "../../infra/problems";
import { accessToken, authorized } from "../../rehearsal/access-token";
import { readManifest, snapshotFolder } from "../data/snapshots/manifest";
import { unitsOf, type Unit } from "../data/snapshots/units";
import { verify } from "../data/snapshots/verify";
import { resourceIn } from "../django/manage/deployed";
import { connectGoogle, type Execution } from "../django/manage/google";
import type { Place } from "../rehearsal/place";
import { readState } from "../stack/checkpoint";
import { readPublished } from "../stack/published";
import type { Session } from "../start/set-up";
import { NotJudged } from "./base";
import { migrationsNow } from "./looks";
import { newMigrations } from "./verdict";

/** A snapshot of a stack in Docker, whose data a rehearsed base is given: which it is, and the dump of each database. */
export type Snapshot = { name: string; digest: string; units: { unit: Unit; file: string }[] };

const DEV = "dev";

/**
 * The snapshot `<name>`, or `<stack>/<name>`, as far as the plan has its databases of Postgres; caches and queues begin empty.
 * @throws ProblemsError where it is not there, is damaged, or holds none of these databases
 */
export const snapshotFor = async ({ written, plan }: { written: string; plan: Plan }): Promise<Snapshot> => {
  const [name = "", from = DEV] = written.split("/").reverse();
  const units = unitsOf(
    publish(plan)
      .datastores.filter(({ engine, runs }) => runs && (engine === "postgres" || engine === "postgis"))
      // A server of the cloud's stands in the place of a container, and has no volume.
      .map((datastore) => ({ ...datastore, container: datastore.container ?? "", volume: "" })),
  );
  const manifest = readManifest(snapshotFolder({ stack: from, name }));
  const only = (manifest?.entries ?? [])
    .map(({ system, datastore }) => `${system}/${datastore}`)
    .filter((id) => units.some(({ datastore }) => datastore.id === id));
  if (manifest && only.length === 0)
    refuseWith({
      path: "--data",
      message: `the snapshot ${name} holds no data of what is rehearsed`,
      cure: `./fleet backup <name> --stack ${from}, then this again with that name`,
    });
  const { problems, verified } = await verify({ from, name, units, only, into: "the rehearsal" });
  refuse(problems);
  if (!verified) throw new Error("unreachable: a snapshot without problems is verified");
  return { name: `${from}/${name}`, digest: verified.manifest.digest, units: verified.units };
};

type Putting = { place: Place; session: Session; snapshot: Snapshot };

/**
 * Gives the base the data of a snapshot, and applies the base's migrations to it.
 * @throws NotJudged where the snapshot is of newer code: what the branch will do has been done to it
 */
export const giveSnapshot = async (of: Putting): Promise<void> => {
  const known = await migrationsNow(of.place);
  await putIn(of);
  await migrateAgain(of);
  const newer = newMigrations({ before: known, after: await migrationsNow(of.place), began: 0 });
  if (newer.length === 0) return;
  const names = newer.map(({ name }) => name).join(", ");
  throw new NotJudged(`the snapshot ${of.snapshot.name} is of newer code, and has ${names} already`);
};

/** Runs the base's own jobs that migrate once more. @throws NotJudged where one fails */
const migrateAgain = async ({ place, session, snapshot }: Putting): Promise<void> => {
  const { name: stack } = place.stack;
  const state = readState(place.stack) ?? { resources: [], pending: [] };
  const google = connectGoogle({ accessToken: accessToken(place.folder), env: session.env, pauseMs: PAUSE_MS });
  const { plan } = readPublished({ stack, state });
  for (const { id, system, name, container } of plan.services.filter(({ rerunOn }) => rerunOn === "migrations")) {
    let execution = await google.startJob(resourceIn(state, { system, name, container }, stack));
    for (; execution.completionTime === undefined; await google.pause())
      execution = await google.get<Execution>(execution.name);
    const completed = execution.conditions?.find(({ type }) => type === "Completed");
    if (completed?.state !== "CONDITION_SUCCEEDED")
      throw new NotJudged(`${id} of the base fails on the snapshot ${snapshot.name}: ${completed?.message}`);
  }
};

const PAUSE_MS = 300;

/** Puts the snapshot's data in the place of what the base's databases hold. */
const putIn = async ({ place, snapshot }: Putting): Promise<void> => {
  for (const { unit, file } of snapshot.units) {
    const { datastore, database, owner = "" } = unit;
    const path = `databases/${datastore.container}/${encodeURIComponent(database)}?owner=${encodeURIComponent(owner)}`;
    const answer = await fetch(`http://127.0.0.1:${place.port}/_rehearsal/${path}`, {
      method: "POST",
      headers: { ...authorized(place.folder), "content-type": "application/octet-stream" },
      body: Readable.toWeb(createReadStream(file)) as ReadableStream,
      duplex: "half",
    });
    if (answer.ok) continue;
    const { message = "" } = (await answer.json()) as { message?: string };
    throw new PlainError(
      `${datastore.id}/${database} of the snapshot ${snapshot.name} could not be put in: ${message}`,
    );
  }
};
