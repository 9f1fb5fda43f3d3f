import path from "node:path";
import { listEverything, type Inventory } from "../../docker/inventory";
import { refuse, when, type Problem } from "../../infra/problems";
import { makerOf, makersOf, UNLABELLED, type Makers } from "../../infra/targets/local/checkouts";
import { REHEARSAL_LABEL, type ServerSettings } from "../../rehearsal/settings";
import { readJson } from "../stack/files";
import { answeringEngine } from "../stack/running";
import type { Place } from "./place";

/** The names of all that a rehearsal makes in Docker begin with it. */
export const prefixOf = ({ stack }: Pick<Place, "stack">): string => `fleet-${stack.name}`;

type Seen = {
  place: Pick<Place, "stack">;
  /** The settings of the rehearsal that this clone has begun; undefined before the first. */
  recorded: Pick<ServerSettings, "engine"> | undefined;
  inventory: Inventory;
  makers: Makers;
};

/**
 * Refuses a rehearsal whose names another clone's has on this engine: its containers would be replaced, and all of it
 * removed with this one's. What carries no maker was made before there were ids, and is this clone's where it has begun a
 * rehearsal of that name. Refuses one that was begun on another engine too: its containers and data would stay there.
 */
export const rehearsalProblems = ({ place, recorded, inventory, makers }: Seen): Problem[] => {
  const { name } = place.stack;
  const { engine, containers, networks, volumes } = inventory;
  const found = [...containers, ...networks, ...volumes].filter(
    ({ labels }) => labels[REHEARSAL_LABEL] === prefixOf(place),
  );
  const own = [...makers.byId, ...(recorded === undefined ? [] : [UNLABELLED])];
  const others = new Set(found.map((item) => makerOf(item) ?? UNLABELLED).filter((maker) => !own.includes(maker)));
  return [
    ...[...others].map((maker) => ({
      path: `rehearsal ${name}`,
      message: `one of this name is on this engine, made by ${maker === UNLABELLED ? "another clone" : `the clone ${maker}`}; allowed: one clone for a rehearsal's name`,
      cure: `./fleet rehearse --destroy --stack ${name} (in that clone), or another name and port here: ./fleet rehearse --stack mine --port 9210`,
    })),
    ...when(recorded?.engine !== undefined && recorded.engine !== engine && found.length === 0, {
      path: `rehearsal ${name}`,
      message: "it was begun on another Docker engine than the one that answers: what it made stays there",
      cure: "point DOCKER_HOST, or docker's context (docker context ls), back at that engine, then run this again",
    }),
  ];
};

/**
 * Looks at the engine before a rehearsal makes or removes anything there, and returns the engine's id.
 * @throws ProblemsError
 */
export const checkEngine = async (place: Place): Promise<string> => {
  const inventory = await listEverything(await answeringEngine());
  const recorded = readJson<ServerSettings>(path.join(place.folder, "settings.json"));
  refuse(rehearsalProblems({ place, recorded, inventory, makers: makersOf(place.stack.name) }));
  return inventory.engine;
};
