/**
 * What a record has under a key of its own. A key that comes from a request, such as "constructor", may name a member of
 * every object's prototype, which is nothing that anybody put there.
 */
export const own = <T>(of: Readonly<Record<string, T>> | undefined, key: string): T | undefined =>
  of !== undefined && Object.hasOwn(of, key) ? of[key] : undefined;
