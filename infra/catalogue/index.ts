import { callcenter } from "./callcenter";
import { leads } from "./leads";
import type { System } from "./vocabulary";

export type Catalogue = Readonly<Record<string, System>>;

/** Every system we run, by name. */
export const catalogue = { callcenter, leads } as const satisfies Catalogue;
