import type { SecretSpec, System } from "../vocabulary";
import type { DatastoreRecipe } from "./datastores";
import { SECRET_KEY } from "./django";

type Options = Omit<System, "secrets" | "datastores"> & {
  /** Secrets that are Django's SECRET_KEYs; by default the default one of `django`. */
  secretKeys?: readonly string[];
  /** Secrets besides those and the datastores' own. */
  secrets?: Readonly<Record<string, SecretSpec>>;
  /** Recipes by host name. */
  datastores: Readonly<Record<string, DatastoreRecipe>>;
};

/** A system from recipes, with all their secrets. */
export const system = ({ secretKeys = [SECRET_KEY], secrets = {}, datastores: recipes, ...rest }: Options): System => {
  const made = Object.entries(recipes).map(([host, recipe]) => ({ host, ...recipe(host) }));
  return {
    ...rest,
    secrets: {
      ...Object.fromEntries(secretKeys.map((name) => [name, { length: 50 }])),
      ...Object.fromEntries(made.flatMap((each) => Object.entries(each.secrets))),
      ...secrets,
    },
    datastores: Object.fromEntries(made.map(({ host, datastore }) => [host, datastore])),
  };
};
