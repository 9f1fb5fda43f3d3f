import { booking } from "./booking";
import { callcenter } from "./callcenter";
import { leads } from "./leads";
import { marketplace } from "./marketplace";
import { meet } from "./meet";
import type { System } from "./vocabulary";

export type Catalogue = Readonly<Record<string, System>>;

/** Every system we run, by name. */
export const catalogue = { callcenter, leads, marketplace, booking, meet } as const satisfies Catalogue;
