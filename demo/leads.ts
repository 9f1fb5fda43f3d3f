import assert from "node:assert/strict";
import * as z from "zod";
import { clientOf, type Answer } from "./client";
import { inEstado, refusal, type Tell, type Visit } from "./story";

const leadShape = z.object({
  id: z.number(),
  email: z.string(),
  estado: z.string(),
  next_estados: z.array(z.string()),
});
const statisticsShape = z.object({ total: z.number(), by_estado: z.record(z.string(), z.number()) });

/** People leave their details one by one and by file, and the figures follow. */
export const leadsStory = async ({ token, run, ...at }: Visit, tell: Tell): Promise<void> => {
  const visitor = clientOf(at);
  const sales = clientOf({ ...at, token });
  const [source = ""] = (
    await tell({
      did: "the form asks where leads come from",
      ask: () => visitor.get("sources/"),
      shape: z.array(z.object({ slug: z.string() })).min(1),
      tell: (sources) => sources.map(({ slug }) => slug).join(", "),
    })
  ).map(({ slug }) => slug);
  const form = { nombre: "Luis Gil", email: `Luis.${run}@example.com`, source };
  const luis = await tell({
    did: "a visitor leaves their details",
    ask: () => visitor.post("leads/", form),
    status: 201,
    shape: inEstado(leadShape, "nuevo").extend({ email: z.literal(form.email.toLowerCase()) }),
    tell: ({ id, email, estado }) => `lead ${id}, ${email}, ${estado}`,
  });
  const refused = (did: string, status: number, code: string, ask: () => Promise<Answer>) =>
    tell(refusal({ did, ask, status, code }));
  await refused("the same once more is refused", 409, "duplicate", () => visitor.post("leads/", form));
  await refused("a visitor may not read the list", 401, "not_authenticated", () => visitor.get("leads/"));
  await refused("a new lead cannot be won yet", 409, "transition_refused", () =>
    sales.post(`leads/${luis.id}/transition/`, { estado: "ganado" }),
  );
  await tell({
    did: "sales calls back",
    ask: () => sales.post(`leads/${luis.id}/transition/`, { estado: "contactado" }),
    shape: inEstado(leadShape, "contactado"),
    tell: ({ estado, next_estados }) => `${estado}, next: ${next_estados.join(" or ")}`,
  });
  await importStory({ ...at, token, run, source }, tell);
};

const importStory = async ({ run, source, ...at }: Visit & { source: string }, tell: Tell): Promise<void> => {
  const api = clientOf(at);
  const statistics = (did: string, cache: string, check: (total: number) => void) =>
    tell({
      did,
      ask: () => api.get("stats/"),
      shape: statisticsShape,
      tell: ({ total }, { headers }) => {
        assert.equal(headers.get("x-cache"), cache);
        check(total);
        return `${total} leads, X-Cache: ${cache}`;
      },
    });
  const { total: before } = await statistics("the figures are counted", "miss", (total) => assert.ok(total > 0));
  await statistics("and kept for whoever asks next", "hit", (total) => assert.equal(total, before));

  const row = (name: string) => `${name},${name.toLowerCase()}.${run}@example.com,${source}\n`;
  const send = (rows: string) => api.send("leads/import/", `nombre,email,source\n${rows}`, "text/csv");
  await tell({
    did: "a file with one bad row is refused as a whole",
    ask: () => send(row("Eva") + `Iván,no es un email,${source}\n`),
    status: 400,
    shape: z.object({
      error: z.object({
        fields: z.object({ rows: z.record(z.string(), z.record(z.string(), z.array(z.string()))) }),
      }),
    }),
    tell: ({ error }) => {
      const { rows } = error.fields;
      assert.deepEqual(Object.keys(rows), ["3"]);
      return `line 3: ${rows["3"]?.email?.join(" ")}`;
    },
  });
  await tell({
    did: "the mended file is imported",
    ask: () => send(row("Eva") + row("Ivan") + row("Sara")),
    status: 201,
    shape: z.object({ created: z.literal(3) }),
    tell: ({ created }) => `${created} leads`,
  });
  await statistics("the figures are counted anew", "miss", (total) => assert.ok(total >= before + 3));
};
