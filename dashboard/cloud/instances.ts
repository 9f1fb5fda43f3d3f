import type { Listed } from "../containers";
import type { Expected } from "../parts";
import type { Facts, Instance } from "./messages";

type Searched = { listed: readonly Listed[]; prefix: string; facts: Facts; parts: readonly Expected[] };
type Found = Expected & Pick<Instance, "resource" | "of"> & { listed: Listed };

/**
 * The containers of a rehearsed cloud, each with what it is of. They are known by their names, which begin with the
 * resource's: `<prefix>-run-<service>-00002-abc`, `<prefix>-sql-<instance>`.
 */
export const instancesOf = ({ listed, prefix, facts, parts }: Searched): Found[] => {
  const { services, pools, jobs, sql, redis } = facts;
  const named = [services, pools, jobs, sql, redis].flatMap(({ items }) => items.map(({ name }) => name));
  const resources = [...new Set([...named, ...parts.map(({ container }) => container)])];
  const below = [
    ...[...services.items, ...pools.items].flatMap(({ revisions }) => revisions),
    ...jobs.items.flatMap(({ executions }) => executions),
  ].map(({ name }) => name);
  return listed
    .filter(({ rehearsal }) => rehearsal === prefix)
    .sort((a, b) => b.created - a.created)
    .flatMap((container) => {
      // LocalStack stands in AWS's place: it is no resource of Google's, and neither is messaging.
      if (container.name === `${prefix}-aws`) return [awsIn({ container, parts })];
      const [, rest = ""] = /^-[a-z]+-(.+)$/.exec(container.name.slice(prefix.length)) ?? [];
      const resource = longestStart(rest, resources);
      if (resource === undefined) return [];
      const part = parts.find((other) => other.container === resource);
      const name = rest === resource ? resource : rest.slice(resource.length + 1);
      const of = longestStart(rest, below);
      return {
        id: rest === resource ? resource : `${part?.id ?? resource}@${name}`,
        system: part?.system ?? "",
        name,
        kind: "instance",
        description: part?.description ?? "",
        container: container.name,
        resource,
        ...(of === undefined ? {} : { of }),
        listed: container,
      };
    });
};

const awsIn = ({ container, parts }: { container: Listed; parts: readonly Expected[] }): Found => {
  const { system = "", description = "" } = parts.find(({ kind }) => kind === "messaging") ?? {};
  const own = { id: "aws", name: "aws", kind: "instance", container: container.name, resource: "" };
  return { ...own, system, description, listed: container };
};

/** The longest of the names with which a text begins, as a whole word of it: `00001-abc` of `00001-abc.1`. */
const longestStart = (text: string, names: readonly string[]): string | undefined =>
  names
    .filter((name) => text.startsWith(name) && ["", "-", "."].includes(text.charAt(name.length)))
    .sort((a, b) => b.length - a.length)[0];
