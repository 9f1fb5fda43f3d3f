import { listEverything, type Inventory } from "../../docker/inventory";
import { REVIEW_BASE } from "../../infra/naming";
import { refuse, when, type Problem } from "../../infra/problems";
import { makerOf, makersOf, UNLABELLED, type Makers } from "../../infra/targets/local/checkouts";
import { REHEARSAL_LABEL, type ServerSettings } from "../../rehearsal/settings";
import { answeringEngine } from "../stack/running";
import { recordedIn, type Place } from "./place";

type Seen = {
  place: Pick<Place, "stack" | "prefix">;
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
    ({ labels }) => labels[REHEARSAL_LABEL] === place.prefix,
  );
  const own = [...makers.byId, ...(recorded === undefined ? [] : [UNLABELLED])];
  const others = new Set(found.map((item) => makerOf(item) ?? UNLABELLED).filter((maker) => !own.includes(maker)));
  return [
    ...[...others].map((maker) => ({
      path: `rehearsal ${name}`,
      message: `one of this name is on this engine, made by ${maker === UNLABELLED ? "another clone" : `the clone ${maker}`}; allowed: one clone for a rehearsal's name`,
      cure: `./fleet rehearse --destroy --stack ${name} (in that clone), or another ${another(name)}; only if you know that the clone is gone: ${removal(place)}, then run this again`,
    })),
    ...when(recorded?.engine !== undefined && recorded.engine !== engine && found.length === 0, {
      path: `rehearsal ${name}`,
      message: "it was begun on another Docker engine than the one that answers: what it made stays there",
      cure: "point DOCKER_HOST, or docker's context (docker context ls), back at that engine, then run this again",
    }),
  ];
};

/** Reviews look for the stack review-base, so there it is the project that can be another. */
const another = (name: string): string =>
  name === REVIEW_BASE
    ? "project and port here: ./fleet review base --rehearsed --project fleet-my-reviews --port 9610"
    : "name and port here: ./fleet rehearse --stack mine --port 9210";

/** What is left of a clone that is gone is removed by label: no command of ours can tell that it is gone. */
const removal = ({ prefix }: Pick<Place, "prefix">): string =>
  [
    ["docker ps -aq", "docker rm -f"],
    ["docker network ls -q", "docker network rm"],
    ["docker volume ls -q", "docker volume rm"],
  ]
    .map(([list, remove]) => `${list} --filter label=${REHEARSAL_LABEL}=${prefix} | xargs -r ${remove}`)
    .join("; ");

/**
 * Looks at the engine before a rehearsal makes or removes anything there, and returns the engine's id.
 * @throws ProblemsError
 */
export const checkEngine = async (place: Place): Promise<string> => {
  const inventory = await listEverything(await answeringEngine());
  const recorded = recordedIn(place.folder);
  refuse(rehearsalProblems({ place, recorded, inventory, makers: makersOf(place.stack.name) }));
  return inventory.engine;
};
