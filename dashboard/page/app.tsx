import { useEffect } from "preact/hooks";
import type { Picture } from "../messages";
import { Activity } from "./activity";
import { Details } from "./details";
import { useLive, type Live } from "./live";
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
  useEffect(() => {
    if (picture) document.title = titleOf(picture);
  }, [picture]);
  return (
    <>
      <Header live={live} route={route} />
      <Troubles live={live} />
      <div class={route.part === undefined ? "stage" : "stage with-details"}>
        <main>{picture ? <Content live={live} picture={picture} route={route} /> : <Waiting live={live} />}</main>
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

const Content = ({ live, picture, route }: { live: Live; picture: Picture; route: Route }) => {
  switch (route.view) {
    case "overview":
      return <Overview live={live} picture={picture} route={route} />;
    case "map":
      return <SystemsMap picture={picture} route={route} />;
    case "logs":
      return <Logs picture={picture} />;
    case "activity":
      return <Activity actions={live.actions} picture={picture} />;
  }
};

const Waiting = ({ live }: { live: Live }) => (
  <p class="empty">{live.connected ? "Looking at the stack" : "Connecting to the dashboard"}</p>
);

const LABELS: Record<View, string> = { overview: "Overview", map: "Map", logs: "Logs", activity: "Activity" };

const Header = ({ live, route }: { live: Live; route: Route }) => (
  <header class="top">
    <a class="brand" href={href({ view: "overview" })}>
      <img src="/icon.svg" alt="" width="26" height="26" />
      <strong>fleet</strong>
      {live.picture && <span class="stack">{live.picture.stack}</span>}
    </a>
    <nav aria-label="Views">
      {VIEWS.map((view) => (
        <a key={view} href={href({ view })} aria-current={route.view === view ? "page" : undefined}>
          {LABELS[view]}
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
  const bad = parts.filter((part) => moodOf(part) === "bad");
  const busy = parts.filter((part) => moodOf(part) === "busy");
  const text =
    bad.length > 0
      ? `${bad.length} of ${parts.length} down`
      : busy.length > 0
        ? `${busy.length} of ${parts.length} starting`
        : `all ${parts.length} well`;
  return (
    <p class={`summary ${worstOf(parts)}`} role="status">
      <Mark mood={worstOf(parts)} />
      {text}
    </p>
  );
};

/** What makes the rest of the page old news. */
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
