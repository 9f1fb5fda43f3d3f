import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { CloudService, Instance, Revision, WorkerPool } from "../../cloud/messages";
import type { Part } from "../../messages";
import { elapsed, many, shortImage } from "../format";
import { useNow, type Shown } from "../live";
import { href } from "../route";
import { Mark } from "../status";
import { Running, StateText, Words } from "./pieces";
import { chosenOf } from "./revisions";

export type In = Shown & { now: number };

/** The part that a resource is. */
export const partFor = ({ picture }: Pick<Shown, "picture">, resource: string): Part | undefined =>
  picture.parts.find((part) => part.resource === resource);

type OfResource = In & { name: string; mood: string };

/** A resource's name, which leads to the details of the part that it is. */
export const Title = ({ name, mood, ...of }: OfResource) => {
  const part = partFor(of, name);
  return (
    <h3>
      <Mark mood={mood as "good"} />
      {part ? <a href={href({ view: "cloud", part: part.id })}>{part.id}</a> : name}
      {part && <code class="resource-name">{name}</code>}
    </h3>
  );
};

export const ServiceCard = ({ service, ...of }: In & { service: CloudService }) => (
  <article class={`resource ${service.state.mood}`}>
    <header>
      <Title {...of} name={service.name} mood={service.state.mood} />
      <StateText state={service.state} />
    </header>
    <Address service={service} />
    <Words state={service.state} />
    <Revisions {...of} of={service} />
  </article>
);

const Address = ({ service: { uri, isPublic } }: { service: CloudService }) => {
  if (uri === undefined) return null;
  const shown = uri.replace(/^https?:\/\//, "");
  return (
    <p class="address">
      {isPublic === false ? (
        <>
          <code>{shown}</code> <span class="hint">callers need the role run.invoker</span>
        </>
      ) : (
        <a href={uri} target="_blank" rel="noreferrer">
          {shown}
        </a>
      )}
    </p>
  );
};

export const PoolCard = ({ pool, ...of }: In & { pool: WorkerPool }) => (
  <article class={`resource ${pool.state.mood}`}>
    <header>
      <Title {...of} name={pool.name} mood={pool.state.mood} />
      <span class="hint">{many(pool.instanceCount, "instance")} wanted</span>
      <StateText state={pool.state} />
    </header>
    <Words state={pool.state} />
    <Revisions {...of} of={pool} />
  </article>
);

type OfRevisions = In & { of: CloudService | WorkerPool };

/** The split as a bar, and each revision with its share, state and instances. */
export const Revisions = ({ of: { name, state, revisions }, ...shownIn }: OfRevisions) => {
  const instances = (shownIn.picture.cloud?.instances ?? []).filter(({ resource }) => resource === name);
  const { shown, rest } = chosenOf({ revisions, instances });
  const row = (revision: Revision) => (
    <RevisionRow
      key={revision.name}
      {...shownIn}
      revision={revision}
      isTold={state.message?.includes(revision.state.message ?? "") ?? false}
      colour={revisions.indexOf(revision) % COLOURS}
      instances={instances.filter((one) => one.of === revision.name)}
    />
  );
  const serving = revisions.filter(({ percent }) => percent > 0);
  return (
    <>
      {serving.length > 0 && (
        <div class="split" aria-hidden="true">
          {serving.map((revision) => (
            <i
              key={revision.name}
              class={`colour-${revisions.indexOf(revision) % COLOURS}`}
              style={{ flexGrow: revision.percent }}
            />
          ))}
        </div>
      )}
      <ul class="revisions">{shown.map(row)}</ul>
      {rest.length > 0 && <Older count={rest.length}>{() => <ul class="revisions">{rest.map(row)}</ul>}</Older>}
    </>
  );
};

const COLOURS = 5;

/** Revisions that only rest, of which there can be a thousand: they are drawn when they are asked for. */
const Older = ({ count, children }: { count: number; children: () => ComponentChildren }) => {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <details onToggle={({ currentTarget }) => setIsOpen(currentTarget.open)}>
      <summary>{many(count, "older revision")}</summary>
      {isOpen && children()}
    </details>
  );
};

type OfRevision = In & {
  revision: Revision;
  colour: number;
  instances: readonly Instance[];
  /** Whether the message stands above already, in that of the service. */
  isTold: boolean;
};

const RevisionRow = ({ revision, colour, instances, isTold, live, now }: OfRevision) => {
  const { shortName, percent, state, tags, createTime, image } = revision;
  return (
    <li class={percent > 0 ? "" : "resting"} data-revision={revision.name}>
      <span class="share">
        <i class={`swatch colour-${colour}`} aria-hidden="true" />
        <b>{percent} %</b>
      </span>
      <span class="what">
        <code title={revision.name}>{shortName}</code> <StateText state={state} />{" "}
        {tags.map((tag) => (
          <span class="chip" key={tag}>
            {tag}
          </span>
        ))}
        <span class="more">
          {createTime !== undefined && <span title={createTime}>{elapsed(now - Date.parse(createTime))} old · </span>}
          <Running instances={instances} live={live} />
        </span>
        {image !== undefined && (
          <code class="image" title={image}>
            {shortImage(image.slice(image.lastIndexOf("/") + 1))}
          </code>
        )}
      </span>
      {state.mood !== "good" && !isTold && <Words state={state} />}
    </li>
  );
};

/** The revisions of a part, beside the view. */
export const RevisionsOf = ({ part, ...shown }: Shown & { part: Part }) => {
  const now = useNow();
  const { cloud } = shown.picture;
  const serving = [...(cloud?.services.items ?? []), ...(cloud?.pools.items ?? [])].find(
    ({ name }) => name === part.resource,
  );
  if (!serving) return null;
  return (
    <section class="group">
      <h2>Revisions</h2>
      <Words state={serving.state} />
      <Revisions {...shown} now={now} of={serving} />
    </section>
  );
};
