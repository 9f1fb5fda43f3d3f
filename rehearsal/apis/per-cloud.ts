import type { Cloud } from "../api";

/** Something that each rehearsed cloud has one of, made when it is first asked for. */
export const perCloud = <T>(make: (cloud: Cloud) => T) => {
  const made = new WeakMap<object, T>();
  return {
    of: (cloud: Cloud): T => {
      const known = made.get(cloud.store);
      if (known) return known;
      const one = make(cloud);
      made.set(cloud.store, one);
      return one;
    },
    forget: (cloud: Cloud): void => void made.delete(cloud.store),
  };
};
