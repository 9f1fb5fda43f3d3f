import type { Part } from "../../messages";
import { cpu, elapsed, memory } from "../format";
import { useNow, type Shown } from "../live";
import { StatusText } from "../status";

/** Each container of a part's resource, the newest first. */
export const InstancesOf = ({ part, picture, live }: Pick<Shown, "live" | "picture"> & { part: Part }) => {
  const now = useNow();
  const instances = (picture.cloud?.instances ?? []).filter(({ resource }) => resource === part.resource);
  if (instances.length === 0) return null;
  return (
    <section class="group">
      <h2>Instances</h2>
      <ul class="instances">
        {instances.map((instance) => {
          const [used, held] = live.samples.at(-1)?.values[instance.id] ?? [];
          const since = instance.finishedAt ?? instance.startedAt;
          const figures = [
            ...(since === undefined ? [] : [elapsed(now - Date.parse(since))]),
            ...(used === undefined ? [] : [cpu(used)]),
            ...(held === undefined ? [] : [memory(held)]),
          ];
          return (
            <li key={instance.id}>
              <code title={instance.container}>{instance.name}</code> <StatusText part={instance} />{" "}
              <span class="more">{figures.join(" · ")}</span>
            </li>
          );
        })}
      </ul>
    </section>
  );
};
