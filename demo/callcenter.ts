import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import * as z from "zod";
import { clientOf, refusalShape, type Client } from "./client";
import { inEstado, refusal, type Tell, type Visit } from "./story";

const agentShape = z.object({ id: z.number(), nombre: z.string(), extension: z.string(), estado: z.string() });
const callShape = z.object({ id: z.number(), estado: z.string(), duracion: z.number().nullable() });
const archivedShape = z.object({ id: z.number(), llamada_id: z.number(), agente: z.string() });

/** A call from the queue to the archive, which is on MariaDB where that is on. */
export const callcenterStory = async (of: Visit & { archive: boolean }, tell: Tell): Promise<void> => {
  const { token: _, run, archive, ...visitor } = of;
  const api = clientOf(of);
  await tell({
    did: "without a token nothing is shown",
    ask: () => clientOf(visitor).get("calls/"),
    status: 401,
    shape: refusalShape,
    tell: ({ error }) => error.message,
  });
  const agent = await tell({
    did: "an agent starts",
    ask: () =>
      api.post("agents/", {
        nombre: `Marta ${run}`,
        email: `marta.${run}@example.com`,
        extension: String(randomInt(100_000, 1_000_000)),
      }),
    status: 201,
    shape: inEstado(agentShape, "disponible"),
    tell: ({ id, extension, estado }) => `agent ${id}, extension ${extension}, ${estado}`,
  });
  const call = await tell({
    did: "a call comes in",
    ask: () => api.post("calls/", { numero: "+34600100200", motivo: "Factura" }),
    status: 201,
    shape: inEstado(callShape, "en_espera"),
    tell: ({ id, estado }) => `call ${id}, ${estado}`,
  });
  const finish = () => api.post(`calls/${call.id}/finish/`);
  await tell(refusal({ did: "nobody can end what nobody answered", ask: finish, status: 409, code: "wrong_state" }));
  await moves({ api, call: call.id, agent: agent.id }, tell);
  await archiving({ api, call: call.id, agent: agent.nombre, archive }, tell);
};

type Moved = { api: Client; call: number; agent: number };

const moves = async ({ api, call, agent }: Moved, tell: Tell): Promise<void> => {
  const agentIs = (estado: string, did: string) =>
    tell({
      did,
      ask: () => api.get(`agents/${agent}/`),
      shape: inEstado(agentShape, estado),
      tell: (body) => body.estado,
    });
  await tell({
    did: "the agent takes it",
    ask: () => api.post(`calls/${call}/assign/`, { agente: agent }),
    shape: inEstado(callShape, "en_curso"),
    tell: ({ estado }) => estado,
  });
  await agentIs("ocupado", "and is busy");
  await tell({
    did: "the call ends",
    ask: () => api.post(`calls/${call}/finish/`),
    shape: inEstado(callShape, "finalizada").extend({ duracion: z.number() }),
    tell: ({ estado, duracion }) => `${estado}, ${duracion} s`,
  });
  await agentIs("disponible", "and the agent is free again");
};

type Archived = { api: Client; call: number; agent: string; archive: boolean };

const archiving = async ({ api, ...of }: Archived, tell: Tell): Promise<void> => {
  const archive = () => api.post(`calls/${of.call}/archive/`);
  if (!of.archive) {
    const did = "MariaDB is off, and archiving says so";
    await tell(refusal({ did, ask: archive, status: 503, code: "archive_off" }));
    return;
  }
  const row = await tell({
    did: "it goes to the archive on MariaDB",
    ask: archive,
    status: 201,
    shape: archivedShape.extend({ llamada_id: z.literal(of.call), agente: z.literal(of.agent) }),
    tell: ({ id, agente }) => `row ${id}, of ${agente}`,
  });
  await tell({
    did: "a second time changes nothing",
    ask: archive,
    shape: archivedShape,
    tell: (body) => {
      assert.deepEqual(body, row);
      return `row ${body.id} still`;
    },
  });
  await tell({
    did: "and is found there",
    ask: () => api.get("archive/"),
    shape: z.object({ count: z.number(), results: z.array(archivedShape) }),
    tell: ({ count, results }) => {
      assert.ok(results.some(({ llamada_id }) => llamada_id === of.call));
      return `${count} archived calls`;
    },
  });
};
