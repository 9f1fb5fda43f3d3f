import { useState } from "preact/hooks";
import type { Shown } from "./live";
import { LogView } from "./logview";

/** The logs of all parts, of a system, or of one part. */
export const Logs = ({ picture }: Shown) => {
  const [chosen, setChosen] = useState("");
  const parts = picture.parts
    .map(({ id }) => id)
    .filter((id) => chosen === "" || id === chosen || id.startsWith(`${chosen}/`));
  return (
    <section class="logs" aria-labelledby="logs">
      <h1 id="logs" class="hidden">
        Logs of {picture.stack}
      </h1>
      <LogView
        key={chosen}
        parts={parts}
        before={
          <label class="from">
            From{" "}
            <select value={chosen} onChange={({ currentTarget }) => setChosen(currentTarget.value)}>
              <option value="">all parts</option>
              {picture.systems.map(({ name, title }) => (
                <optgroup key={name} label={title}>
                  <option value={name}>all of {name}</option>
                  {picture.parts
                    .filter(({ system }) => system === name)
                    .map(({ id }) => (
                      <option key={id} value={id}>
                        {id}
                      </option>
                    ))}
                </optgroup>
              ))}
            </select>
          </label>
        }
      />
    </section>
  );
};
