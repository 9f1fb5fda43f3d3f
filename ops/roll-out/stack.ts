import { isDeepStrictEqual } from "node:util";
import { ROLL_OUT_VARIABLE, type RollOut, type Target } from "../../infra/plan/roll-out";
import { isLoopback } from "../../infra/loopback";
import { configValue, exportState } from "../rotation/pulumi";
import { runPulumi, tryUpdate } from "../start/pulumi";
import type { Session } from "../start/set-up";
import { reasonIn } from "../start/update-events";
import type { State } from "../stack/checkpoint";
import { servicesOf } from "../stack/health";
import { trafficsIn, urnsIn } from "../stack/held";
import { connectMonitoring, type Monitoring } from "./figures";
import { connectCloudRun, type CloudRun, type Deployed } from "./run";

/** A cloud stack, and what a roll-out asks of Google about it. */
export type Cloud = {
  session: Session;
  run: CloudRun;
  monitoring: Monitoring;
  /** Whether it is a rehearsed one, on this machine. */
  isRehearsed: boolean;
};

export const connectStack = (session: Session): Cloud => {
  const { env } = session;
  const accessToken = configValue(session, "gcp:accessToken");
  const isRehearsed = isLoopback(env["GOOGLE_CLOUD_RUN_V2_CUSTOM_ENDPOINT"] ?? "");
  const [project = "", region = ""] = ["gcp:project", "gcp:region"].map((key) => configValue(session, key));
  return {
    ...{ session, isRehearsed },
    run: connectCloudRun({ accessToken, env, pauseMs: isRehearsed ? 200 : 2000 }),
    monitoring: connectMonitoring({ project, region, accessToken, env }),
  };
};

/** A web service that the stack's state has. */
export type Web = { id: string; name: string; resource: string; urn: string; healthPath: string; is: Deployed };

/** The web services of the stack as its state knows them, each as Google has it now. */
export const websOf = async ({
  session,
  run,
}: Pick<Cloud, "session" | "run">): Promise<{ state: State; webs: Web[] }> => {
  const state = exportState(session);
  const urns = urnsIn(state);
  const told = servicesOf(state);
  const webs = await Promise.all(
    state.resources.flatMap(({ urn, id, outputs = {} }) => {
      const name = String(outputs["name"]);
      const service = told.find(({ container, kind }) => container === name && kind === "web");
      if (id === undefined || urns.get(name) !== urn || service === undefined) return [];
      const healthPath = new URL(service.healthUrl ?? service.url ?? "http://localhost/").pathname;
      const of = { id: `${service.system}/${service.service}`, name, resource: id, urn, healthPath };
      return [run.look(id).then((is) => ({ ...of, is }))];
    }),
  );
  return { state, webs };
};

/** Whether Google has another traffic than the state says: an update or a roll-out was cut off, or somebody moved it by hand. */
export const differsFrom = (state: State, webs: readonly Web[]): boolean => {
  const known = trafficsIn(state);
  return webs.some(({ name, is }) => !isDeepStrictEqual(plain(known.get(name) ?? []), plain(is.traffic)));
};

const plain = (targets: readonly Partial<Target>[]): object[] =>
  targets.map(({ type, percent, revision, tag }) => ({
    type,
    percent: percent ?? 0,
    revision: revision || undefined,
    tag: tag || undefined,
  }));

/** Updates the stack with a step of a roll-out. Resolves to why it failed. */
export const updateWith = async (
  session: Session,
  of: { rollOut: RollOut; note: string; refresh?: boolean },
): Promise<string | undefined> => {
  const { rollOut, note, refresh = false } = of;
  const env = { ...session.env, [ROLL_OUT_VARIABLE]: JSON.stringify(rollOut) };
  const { code, errors } = await tryUpdate({ ...session, env }, { refresh, note: `, ${note}` });
  return code === 0 ? undefined : reasonIn(errors);
};

/** Makes the state say what Google has of these services. Resolves to whether it does. */
export const refreshed = async (session: Session, urns: readonly string[]): Promise<boolean> => {
  const targets = urns.flatMap((urn) => ["--target", urn]);
  const args = ["refresh", "--yes", "--skip-preview", "--suppress-outputs", "--suppress-permalink=true", ...targets];
  return (await runPulumi(session, args)) === 0;
};
