import type { Expected } from "./parts";

/** A container as the engine lists it; `created` in seconds since 1970. */
export type Listed = { id: string; name: string; created: number };

type Searched = { part: Expected; stack: string; listed: readonly Listed[] };

/**
 * The container in which a part runs: the one of its name or, of a rehearsed Google Cloud, the newest instance of the
 * service or database of that name (`fleet-<stack>-run-<service>-00002-abc`, `fleet-<stack>-sql-<instance>`).
 */
export const containerOf = ({ part, stack, listed }: Searched): Listed | undefined => {
  const own = listed.find(({ name }) => name === part.container);
  if (own || part.kind === "job") return own;
  const pattern = new RegExp(`^fleet-${stack}-(run-${part.container}-\\d{5}-[a-z0-9]+|sql-${part.container})$`);
  return listed.filter(({ name }) => pattern.test(name)).sort((a, b) => b.created - a.created)[0];
};
