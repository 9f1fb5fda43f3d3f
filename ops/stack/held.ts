import { isHeld, RELEASES, releasesSchema, type Release, type Target } from "../../infra/plan/roll-out";
import { logicalName, type Resource, type State } from "./checkpoint";

const SERVICE = "gcp:cloudrunv2/service:Service";

const servicesIn = ({ resources }: State): Resource[] =>
  resources.filter(({ type, delete: isLeftOver }) => type === SERVICE && !isLeftOver);

/** The traffic of each web service of a cloud stack as its state has it, by its name at Google. */
export const trafficsIn = (state: State): Map<string, Partial<Target>[]> =>
  new Map(
    servicesIn(state).map(({ outputs = {} }) => [
      String(outputs["name"]),
      (outputs["traffics"] ?? []) as Partial<Target>[],
    ]),
  );

/** The web services for which a revision of before is kept, by their names at Google. */
export const heldIn = (state: State): string[] =>
  [...trafficsIn(state)].filter(([, targets]) => isHeld(targets)).map(([name]) => name);

/** The releases that are recorded with a stack, the newest last. */
export const releasesIn = ({ resources }: State): Release[] => {
  const record = resources.find(({ urn }) => logicalName(urn) === RELEASES);
  return releasesSchema.safeParse(record?.outputs?.["releases"]).data ?? [];
};

/** The URNs of web services, by their names at Google. */
export const urnsIn = (state: State): Map<string, string> =>
  new Map(servicesIn(state).map(({ urn, outputs = {} }) => [String(outputs["name"]), urn]));
