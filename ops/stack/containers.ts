import type { Inventory } from "../../docker/inventory";
import { dataVolumeOf } from "../../infra/naming";
import { isOthers, makersOf } from "../../infra/targets/local/checkouts";
import { APP_FOLDER } from "../../infra/targets/local/images";
import { DATA_FORMAT_LABEL, PART_LABEL, STACK_LABEL, stackLabel, SYSTEM_LABEL } from "../../infra/targets/local/labels";
import type { Resource, State } from "./checkpoint";
import { CONTAINER, IMAGE, VOLUME } from "./drift";

/** A container of a stack, and the part that its labels name; the container's name stands in for missing labels. */
type Labelled = {
  container: string;
  system: string;
  name: string;
  isLabelled: boolean;
  description: string;
  /** The volume of its data; a service has none. */
  volume: string | undefined;
  /** The format that the volume's label names: `postgres 15 glibc`. */
  format: string | undefined;
};

/** The optional fields come from the state only; a container that only the engine has lacks them. */
export type OwnContainer = Labelled & {
  /** The name of its image. */
  image?: string | undefined;
  /** The folder under services/ whose code is mounted. */
  folder?: string | undefined;
  hostPort?: number | undefined;
};

export type Sources = { stack: string; state: State; inventory?: Inventory };

/** The containers of a stack: those of its state, and those on the engine that carry its label and that this clone made. */
export const ownContainers = ({ stack, state, inventory }: Sources): OwnContainer[] => {
  const own = new Map<string, OwnContainer>(inState(state).map((each) => [each.container, each]));
  for (const each of inventory ? onEngine(stack, inventory) : [])
    own.set(each.container, { ...own.get(each.container), ...each });
  return [...own.values()];
};

/** Labels, volumes and ports are read as the provider writes them. */
const inState = ({ resources }: State): OwnContainer[] => {
  const outputsOf = (wanted: string) =>
    resources.flatMap(({ type, outputs = {} }) => (type === wanted ? [outputs] : []));
  const images = new Map(outputsOf(IMAGE).map(({ imageId, name }) => [imageId, String(name)]));
  const formats = new Map(
    outputsOf(VOLUME).map((outputs) => [String(outputs.name), labelsIn(outputs)[DATA_FORMAT_LABEL]]),
  );
  return resources.flatMap(({ type, outputs = {}, delete: isLeftOver }) => {
    const { name: container } = outputs;
    if (type !== CONTAINER || isLeftOver || typeof container !== "string") return [];
    const mounts = (outputs.volumes ?? []) as { volumeName?: string; containerPath?: string; hostPath?: string }[];
    const [port] = (outputs.ports ?? []) as { external?: number }[];
    const code = mounts.find(({ containerPath }) => containerPath === APP_FOLDER)?.hostPath;
    const volumes = mounts.flatMap(({ volumeName }) => volumeName ?? []);
    return [
      {
        ...labelled({ container, labels: labelsIn(outputs), volumes, formats }),
        image: images.get(outputs.image),
        folder: code?.split("/").at(-1) || undefined,
        hostPort: port?.external,
      },
    ];
  });
};

const labelsIn = ({ labels = [] }: NonNullable<Resource["outputs"]>): Record<string, string> =>
  Object.fromEntries((labels as { label: string; value: string }[]).map(({ label, value }) => [label, value]));

const onEngine = (stack: string, inventory: Inventory): Labelled[] => {
  const formats = new Map(inventory.volumes.map(({ name, labels }) => [name, labels[DATA_FORMAT_LABEL]]));
  const makers = makersOf(stack);
  return inventory.containers
    .filter((container) => container.labels[STACK_LABEL] === stackLabel(stack) && !isOthers(container, makers))
    .map(({ name: container, labels, volumes }) => labelled({ container, labels, volumes, formats }));
};

type Read = {
  container: string;
  labels: Readonly<Record<string, string>>;
  volumes: readonly string[];
  formats: ReadonlyMap<string, string | undefined>;
};

const labelled = ({ container, labels, volumes, formats }: Read): Labelled => {
  const { [SYSTEM_LABEL]: system, [PART_LABEL]: name } = labels;
  const volume = volumes.find((each) => each === dataVolumeOf(container));
  return {
    container,
    system: system ?? container,
    name: name ?? container,
    isLabelled: Boolean(system && name),
    description: labels[`com.${system}.description`] ?? "",
    volume,
    format: volume === undefined ? undefined : formats.get(volume),
  };
};
