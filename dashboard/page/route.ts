import { useEffect, useState } from "preact/hooks";

export const VIEWS = ["overview", "map", "cloud", "logs", "activity"] as const;
export type View = (typeof VIEWS)[number];

/** The place in the page: `#/map`, `#/overview/leads/web` with a part open beside it. */
export type Route = { view: View; part: string | undefined };

export const parse = (hash: string): Route => {
  const [, view = "", ...rest] = hash.split("/");
  return {
    view: VIEWS.find((known) => known === view) ?? "overview",
    part: rest.length > 0 ? decodeURIComponent(rest.join("/")) : undefined,
  };
};

export const href = ({ view, part }: { view: View; part?: string | undefined }): string =>
  part === undefined ? `#/${view}` : `#/${view}/${part}`;

export const useRoute = (): Route => {
  const [route, setRoute] = useState(parse(location.hash));
  useEffect(() => {
    const follow = (): void => setRoute(parse(location.hash));
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);
  return route;
};
