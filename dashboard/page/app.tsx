import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import type { Picture } from "../messages";
import { Activity } from "./activity";
import { CloudView } from "./cloud/view";
import { Details } from "./details";
import { useLive, type Live, type Shown } from "./live";
import { Logs } from "./logs";
import { SystemsMap } from "./map";
import { Overview } from "./overview";
import { href, useRoute, VIEWS, type Route, type View } from "./route";
import { Mark, moodOf, worstOf } from "./status";
import { ThemeChoice } from "./theme";

export const App = () => {
  const live = useLive();
  const route = useRoute();
  const { picture } = live;
  const { Content } = PAGES[route.view];
  useEffect(() => {
    if (picture) document.title = titleOf(picture);
  }, [picture]);
  return (
    <>
      <Header live={live} route={route} />
      <Troubles live={live} />
      <div class={route.part === undefined ? "stage" : "stage with-details"}>
        <main>
          {picture ? (
            <Content live={live} picture={picture} route={route} />
          ) : (
            <p class="empty">{live.connected ? "Looking at the stack" : "Connecting to the dashboard"}</p>
          )}
        </main>
        {picture && route.part !== undefined && (
          <Details key={route.part} live={live} picture={picture} route={route} id={route.part} />
        )}
      </div>
    </>
  );
};

/** Also seen in a tab among others. */
const titleOf = ({ stack, parts }: Picture): string => {
  const bad = parts.filter((part) => moodOf(part) === "bad").length;
  return `${bad > 0 ? `(${bad} down) ` : ""}${stack} - fleet`;
};

const PAGES: Record<View, { label: string; Content: ComponentType<Shown> }> = {
  overview: { label: "Overview", Content: Overview },
  map: { label: "Map", Content: SystemsMap },
  cloud: { label: "Cloud", Content: CloudView },
  logs: { label: "Logs", Content: Logs },
  activity: { label: "Activity", Content: Activity },
};

/** A stack on a cloud has no buttons, whose commands Activity shows; one in Docker has no cloud. */
const Header = ({ live, route }: { live: Live; route: Route }) => (
  <header class="top">
    <a class="brand" href={href({ view: "overview" })}>
      <img src="/icon.svg" alt="" width="26" height="26" />
      <strong>fleet</strong>
      {live.picture && <span class="stack">{live.picture.stack}</span>}
    </a>
    <nav aria-label="Views">
      {VIEWS.filter((view) => view !== (live.picture?.cloud ? "activity" : "cloud")).map((view) => (
        <a key={view} href={href({ view })} aria-current={route.view === view ? "page" : undefined}>
          {PAGES[view].label}
          {view === "activity" && live.actions.some(({ exitCode }) => exitCode === undefined) && (
            <span class="badge">running</span>
          )}
        </a>
      ))}
    </nav>
    {live.picture && <Summary picture={live.picture} />}
    <ThemeChoice />
  </header>
);

const Summary = ({ picture: { parts } }: { picture: Picture }) => {
  const worst = worstOf(parts);
  const amount = parts.filter((part) => moodOf(part) === worst).length;
  const words = worst === "bad" ? "down" : "starting";
  return (
    <p class={`summary ${worst}`} role="status">
      <Mark mood={worst} />
      {worst === "good" ? `all ${parts.length} well` : `${amount} of ${parts.length} ${words}`}
    </p>
  );
};

/** Says why the rest of the page is out of date. */
const Troubles = ({ live: { connected, picture } }: { live: Live }) => {
  if (!connected && picture)
    return (
      <p class="trouble" role="alert">
        The dashboard's command does not answer: what you see is from before. Start it again with{" "}
        <code>./fleet dashboard</code> and open the address it prints.
      </p>
    );
  if (picture?.trouble !== undefined)
    return (
      <p class="trouble" role="alert">
        The Docker engine does not answer ({picture.trouble}). The page goes on by itself once it does;{" "}
        <code>./fleet doctor</code> tells more.
      </p>
    );
  return null;
};
