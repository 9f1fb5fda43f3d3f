import type { CloudSecret, DataServer, Finding, Seen } from "../../cloud/messages";
import { dateTime, many } from "../format";
import { Mark } from "../status";
import { NotShown, Running, StateText, Words } from "./pieces";
import type { In } from "./serving";

export const ServerCard = ({ server, ...of }: In & { server: DataServer }) => {
  const { name, state, version, facts, databases, users } = server;
  const instances = (of.picture.cloud?.instances ?? []).filter(({ resource }) => resource === name);
  return (
    <article class={`resource ${state.mood}`}>
      <header>
        <h3>
          <Mark mood={state.mood} />
          {name}
        </h3>
        <span class="chip">{version.toLowerCase().replaceAll("_", " ")}</span>
        <StateText state={state} />
      </header>
      <Words state={state} />
      {instances.length > 0 && (
        <p class="more">
          <Running instances={instances} live={of.live} />
        </p>
      )}
      <dl class="facts">
        {Object.entries(facts).map(([fact, value]) => (
          <div key={fact}>
            <dt>{fact}</dt>
            <dd>{value}</dd>
          </div>
        ))}
        {databases && <Names title="Databases" seen={databases} />}
        {users && <Names title="Users" seen={users} />}
      </dl>
    </article>
  );
};

const Names = ({ title, seen: { items, why } }: { title: string; seen: Seen<string> }) => (
  <div>
    <dt>{title}</dt>
    <dd>
      <NotShown why={why} isOld={false} />
      {items.map((name) => (
        <span class="chip" key={name}>
          {name}
        </span>
      ))}
    </dd>
  </div>
);

/** Secrets by name, with how many versions there are; their values never leave the cloud. */
export const Secrets = ({ secrets: { items, why } }: { secrets: Seen<CloudSecret> }) => (
  <section class="group">
    <h2>Secrets {items.length > 0 && <span class="amount">{items.length}</span>}</h2>
    <NotShown why={why} isOld={items.length > 0} />
    <ul class="secrets">
      {items.map((secret) => (
        <li key={secret.name}>
          <code>{secret.name}</code>
          <span class="hint">
            {secret.why === undefined ? versionsOf(secret) : `versions not shown: ${secret.why}`}
          </span>
        </li>
      ))}
    </ul>
  </section>
);

const versionsOf = ({ enabled, disabled, destroyed }: CloudSecret): string => {
  const others = [`${disabled} disabled`, `${destroyed} destroyed`].filter((text) => !text.startsWith("0 "));
  return [many(enabled + disabled + destroyed, "version"), ...others].join(", ");
};

/** What the rehearsed cloud says of all that it was asked. */
export const Findings = ({ report: { items, why } }: { report: Seen<Finding> }) => (
  <section class="group">
    <h2>What the rehearsal met</h2>
    <NotShown why={why} isOld={items.length > 0} />
    <div class="findings">
      {items.map((finding) => (
        <FindingTile key={finding.title} finding={finding} />
      ))}
    </div>
  </section>
);

const FindingTile = ({ finding: { title, isFault, lines } }: { finding: Finding }) => {
  const mood = lines.length === 0 ? "good" : isFault ? "bad" : "idle";
  if (lines.length === 0)
    return (
      <p class={`finding ${mood}`}>
        <Mark mood={mood} />
        <b>0</b> {title}
      </p>
    );
  return (
    <details class={`finding ${mood}`}>
      <summary>
        <Mark mood={mood} />
        <b>{lines.length}</b> {title}
      </summary>
      <ul>
        {lines.map(({ text, times, last }) => (
          <li key={text}>
            {text}
            {(times > 1 || last !== undefined) && (
              <span class="more">
                {[times > 1 ? `${times} times` : "", last === undefined ? "" : `last ${dateTime(last)}`]
                  .filter(Boolean)
                  .join(", ")}
              </span>
            )}
          </li>
        ))}
      </ul>
    </details>
  );
};
