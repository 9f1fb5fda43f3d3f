import type { Inventory } from "../../docker/inventory";
import { dataFormat } from "../../infra/targets/local/images";
import { DATA_FORMAT_LABEL } from "../../infra/targets/local/labels";
import type { OwnContainer } from "./containers";
import { unsettledIn, type Published } from "./published";
import type { RunningDatastore } from "./running";
import { isSql } from "./select";

/** A container of the stack, and the part that its labels name. */
export type Stranger = { container: string; system: string; name: string };

/** A datastore that runs, and whose contents the published plan does not know in full. */
export type Unplaced = Stranger & {
  /** Why it cannot be placed. */
  why: string;
};

type Seen = {
  own: readonly OwnContainer[];
  inventory: Inventory;
  published: Published;
  /** The published plan's datastores whose containers are there. */
  datastores: readonly RunningDatastore[];
};

/** What runs decides what data there is, not the plan. A datastore is known by the data volume that it mounts. */
export const unplacedOf = ({ own, inventory, published, datastores }: Seen): Unplaced[] => {
  const formats = new Map(inventory.volumes.map(({ name, labels }) => [name, labels[DATA_FORMAT_LABEL]]));
  return own
    .filter(({ volume }) => volume !== undefined)
    .flatMap(({ container, system, name }) => {
      const placed = datastores.find((each) => each.container === container);
      const why = placed ? misfit({ published, placed, held: formats.get(placed.volume) }) : UNKNOWN;
      return why === undefined ? [] : [{ container, system, name, why }];
    });
};

const UNKNOWN = "neither the stack's published plan nor its state knows all of it";

type Placed = { published: Published; placed: RunningDatastore; held: string | undefined };

const misfit = ({ published, placed, held }: Placed): string | undefined => {
  if (published.source === "state" && isSql(placed.engine))
    return `which databases it has is not known: ${published.why}`;
  if (unsettledIn(published).has(placed.id))
    return "the last update did not finish, and would have changed which databases it has, its users or its version";
  const wanted = dataFormat(placed);
  return held === undefined || held === wanted
    ? undefined
    : `it holds ${held}, and the stack's published plan says ${wanted}`;
};
