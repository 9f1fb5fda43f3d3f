import type { Call, Handler } from "./api";
import { missing } from "./kept";
import { nameIn, lastOf, parentIn } from "./names";
import { regions } from "./names-of-google";
import { pageOf } from "./pages";
import type { Resource } from "./store";

/** The locations of an API: https://cloud.google.com/docs/geography-and-regions; `methods` is what the method ids begin with. */
export const locationHandlers = (methods: string): Record<string, Handler> => ({
  [`${methods}.get`]: (call) => {
    const name = nameIn(call);
    if (!regions.includes(lastOf(name))) throw missing(call, { kind: "locations", name });
    return shown(name);
  },
  [`${methods}.list`]: (call: Call) => {
    const items = regions.map((region) => shown(`${parentIn(call)}/locations/${region}`));
    return pageOf({ call, key: "locations", items });
  },
});

const shown = (name: string): Resource => ({
  name,
  locationId: lastOf(name),
  labels: { "cloud.googleapis.com/region": lastOf(name) },
});
