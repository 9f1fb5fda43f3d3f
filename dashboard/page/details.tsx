import { Fragment } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { Part } from "../messages";
import { Chart } from "./chart";
import { InstancesOf } from "./cloud/instances";
import { ExecutionsOf } from "./cloud/jobs";
import { RevisionsOf } from "./cloud/serving";
import { cpu, dateTime, memory, shortImage } from "./format";
import type { Shown } from "./live";
import { LogView } from "./logview";
import { PressButton } from "./press";
import { href } from "./route";
import { StatusText } from "./status";

type Of = Shown & { id: string };

/** All about one part, beside the view. Escape closes it. */
export const Details = ({ live, picture, route, id }: Of) => {
  const part = picture.parts.find((other) => other.id === id);
  const heading = useRef<HTMLHeadingElement>(null);
  const close = href({ view: route.view });
  useEffect(() => {
    heading.current?.focus();
    const onKey = ({ key }: KeyboardEvent): void => {
      if (key === "Escape") location.hash = close;
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [close]);
  return (
    <aside class="details" aria-label={`Details of ${id}`}>
      <header>
        <h1 tabIndex={-1} ref={heading}>
          {id}
        </h1>
        <a class="close" href={close} aria-label="Close the details">
          Close
        </a>
      </header>
      {part ? (
        <Contents live={live} picture={picture} route={route} part={part} />
      ) : (
        <p>It is no part of this stack.</p>
      )}
    </aside>
  );
};

const Contents = ({ live, picture, route, part }: Shown & { part: Part }) => (
  <>
    <p class="lead">
      <StatusText part={part} />
      <span>{part.description}</span>
    </p>
    <p class="presses">
      {part.url !== undefined && (
        <a class="button" href={part.url} target="_blank" rel="noreferrer">
          Open {part.url.replace(/^https?:\/\//, "")}
        </a>
      )}
      {picture.inDocker && !ends({ picture, part }) && <PressButton action="restart" target={part.id} live={live} />}
    </p>
    <Facts picture={picture} route={route} part={part} />
    {picture.cloud && !ends({ picture, part }) && (
      <RevisionsOf live={live} picture={picture} route={route} part={part} />
    )}
    {picture.cloud && <InstancesOf live={live} picture={picture} part={part} />}
    {!ends({ picture, part }) && <Figures live={live} part={part} />}
    {picture.cloud && ends({ picture, part }) && <ExecutionsOf picture={picture} part={part} />}
    {hasLines({ picture, part }) && (
      <>
        <h2>Log</h2>
        <LogView parts={[part.id]} compact />
      </>
    )}
  </>
);

/** Whether its process runs to an end: a job's does, and on a cloud that of a scheduled one. */
const ends = ({ picture, part }: Pick<Shown, "picture"> & { part: Part }): boolean =>
  part.kind === "job" || (part.kind === "scheduled" && picture.cloud !== undefined);

/** On a cloud a job's container goes with its run; what it printed is with its execution then. */
const hasLines = ({ picture, part }: Pick<Shown, "picture"> & { part: Part }): boolean =>
  !picture.cloud ||
  !ends({ picture, part }) ||
  picture.cloud.instances.some(({ resource }) => resource === part.resource);

const Facts = ({ picture, route, part }: Omit<Shown, "live"> & { part: Part }) => {
  const needs = picture.edges.filter(({ from }) => from === part.id).map(({ to }) => to);
  const neededBy = picture.edges.filter(({ to }) => to === part.id).map(({ from }) => from);
  const fact = (name: string, value: preact.ComponentChildren) => (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
  const links = (ids: readonly string[]) =>
    ids.map((id, index) => (
      <Fragment key={id}>
        {index > 0 && ", "}
        <a href={href({ view: route.view, part: id })}>{id}</a>
      </Fragment>
    ));
  return (
    <dl class="facts">
      {part.resource !== undefined && fact("In the cloud", <code>{part.resource}</code>)}
      {part.container !== part.resource && fact("Container", <code>{part.container}</code>)}
      {part.image !== undefined && fact("Image", <code>{shortImage(part.image)}</code>)}
      {part.startedAt !== undefined && fact("Started", dateTime(part.startedAt))}
      {part.finishedAt !== undefined && fact("Ended", dateTime(part.finishedAt))}
      {part.restarts !== undefined && part.restarts > 0 && fact("Restarts", part.restarts)}
      {part.memoryLimit !== undefined && fact("May use", limits(part))}
      {needs.length > 0 && fact("Needs", links(needs))}
      {neededBy.length > 0 && fact("Needed by", links(neededBy))}
      {part.env.length > 0 &&
        fact(
          "Environment",
          <details>
            <summary>{part.env.length} variables, names only</summary>
            <ul class="names">
              {part.env.map((name) => (
                <li key={name}>{name}</li>
              ))}
            </ul>
          </details>,
        )}
    </dl>
  );
};

const limits = ({ cpuLimit, memoryLimit = 0 }: Part): string =>
  `${cpuLimit === undefined ? "" : `${cpuLimit} CPU, `}${memory(memoryLimit)}`;

const Figures = ({ live: { samples }, part }: Pick<Shown, "live"> & { part: Part }) => {
  const times = useMemo(() => samples.map(({ at }) => at), [samples]);
  const of = (index: 0 | 1) => [
    { name: "now", colour: index, values: samples.map(({ values }) => values[part.id]?.[index] ?? null) },
  ];
  return (
    <>
      <Chart title="CPU" times={times} series={of(0)} format={cpu} height={96} />
      <Chart title="Memory" times={times} series={of(1)} format={memory} height={96} />
    </>
  );
};
