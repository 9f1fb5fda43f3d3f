import type { CloudPicture, Instance, Revision, State } from "../../cloud/messages";
import type { Edge, Part, Status } from "../../messages";
import { many } from "../format";

/** The newest of the revisions that do nothing any more. */
const NEWEST = 3;

type Among = { revisions: readonly Revision[]; instances: readonly Instance[] };

/** Those that serve, run, are tagged or are new, and the rest, which only rest. */
export const chosenOf = ({ revisions, instances }: Among): { shown: Revision[]; rest: Revision[] } => {
  const isShown = (revision: Revision, index: number): boolean =>
    index < NEWEST ||
    revision.percent > 0 ||
    revision.tags.length > 0 ||
    instances.some(({ of }) => of === revision.name);
  return { shown: revisions.filter(isShown), rest: revisions.filter((one, index) => !isShown(one, index)) };
};

/** The line from a service to a revision of it, with the share of its requests; from a pool, of its instances. */
export type Split = Edge & { percent: number };

/** What the map draws behind each service and pool: revisions that have a share, and a newest one that is not ready. */
export const revisionsOnMap = (cloud: CloudPicture, parts: readonly Part[]): { nodes: Part[]; splits: Split[] } => {
  const drawn = parts.flatMap((part) => {
    const { revisions = [] } =
      [...cloud.services.items, ...cloud.pools.items].find(({ name }) => name === part.resource) ?? {};
    return revisions
      .filter(({ percent, state }, index) => percent > 0 || (index === 0 && state.mood !== "good"))
      .map((revision) => {
        const running = cloud.instances.filter(({ of, finishedAt }) => of === revision.name && !finishedAt);
        const node: Part = {
          id: `${part.id}@${revision.shortName}`,
          system: part.system,
          name: revision.shortName,
          kind: many(running.length, "instance"),
          description: "",
          container: "",
          status: STATUSES[revision.state.mood],
          env: [],
        };
        return { node, split: { from: node.id, to: part.id, percent: revision.percent } };
      });
  });
  return { nodes: drawn.map(({ node }) => node), splits: drawn.map(({ split }) => split) };
};

const STATUSES: Record<State["mood"], Status> = { good: "healthy", busy: "starting", bad: "failed", idle: "idle" };
