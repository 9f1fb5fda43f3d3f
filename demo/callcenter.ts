import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import * as z from "zod";
import { clientOf, refusalShape } from "./client";
import type { Tell } from "./story";

const agentShape = z.object({ id: z.number(), nombre: z.string(), extension: z.string(), estado: z.string() });
const callShape = z.object({ id: z.number(), estado: z.string(), duracion: z.number().nullable() });
const archivedShape = z.object({ id: z.number(), llamada_id: z.number(), agente: z.string() });

/** A call from the queue to the archive, which is on MariaDB where that is on. */
export const callcenterStory = async (
  { url, token, run, archive }: { url: string; token: string; run: string; archive: boolean },
  tell: Tell,
): Promise<void> => {
  const api = clientOf({ url, token });
  await tell({
    did: "without a token nothing is shown",
    ask: () => clientOf({ url }).get("calls/"),
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
    shape: agentShape,
    tell: ({ id, extension, estado }) => {
      assert.equal(estado, "disponible");
      return `agent ${id}, extension ${extension}, ${estado}`;
    },
  });
  const call = await tell({
    did: "a call comes in",
    ask: () => api.post("calls/", { numero: "+34600100200", motivo: "Factura" }),
    status: 201,
    shape: callShape,
    tell: ({ id, estado }) => {
      assert.equal(estado, "en_espera");
      return `call ${id}, ${estado}`;
    },
  });
  await tell({
    did: "nobody can end what nobody answered",
    ask: () => api.post(`calls/${call.id}/finish/`),
    status: 409,
    shape: refusalShape,
    tell: ({ error }) => {
      assert.equal(error.code, "wrong_state");
      return error.message;
    },
  });
  await moves({ url, token, call: call.id, agent: agent.id }, tell);
  await archiving({ url, token, call: call.id, agent: agent.nombre, archive }, tell);
};

const moves = async (
  { url, token, call, agent }: { url: string; token: string; call: number; agent: number },
  tell: Tell,
): Promise<void> => {
  const api = clientOf({ url, token });
  const agentIs = (estado: string, did: string) =>
    tell({
      did,
      ask: () => api.get(`agents/${agent}/`),
      status: 200,
      shape: agentShape,
      tell: (body) => {
        assert.equal(body.estado, estado);
        return body.estado;
      },
    });
  await tell({
    did: "the agent takes it",
    ask: () => api.post(`calls/${call}/assign/`, { agente: agent }),
    status: 200,
    shape: callShape,
    tell: ({ estado }) => {
      assert.equal(estado, "en_curso");
      return estado;
    },
  });
  await agentIs("ocupado", "and is busy");
  await tell({
    did: "the call ends",
    ask: () => api.post(`calls/${call}/finish/`),
    status: 200,
    shape: callShape,
    tell: ({ estado, duracion }) => {
      assert.equal(estado, "finalizada");
      assert.equal(typeof duracion, "number");
      return `${estado}, ${duracion} s`;
    },
  });
  await agentIs("disponible", "and the agent is free again");
};

const archiving = async (
  of: { url: string; token: string; call: number; agent: string; archive: boolean },
  tell: Tell,
): Promise<void> => {
  const api = clientOf(of);
  const archive = () => api.post(`calls/${of.call}/archive/`);
  if (!of.archive) {
    await tell({
      did: "MariaDB is off, and archiving says so",
      ask: archive,
      status: 503,
      shape: refusalShape,
      tell: ({ error }) => {
        assert.equal(error.code, "archive_off");
        return error.message;
      },
    });
    return;
  }
  const check = ({ llamada_id, agente }: z.infer<typeof archivedShape>) =>
    assert.deepEqual([llamada_id, agente], [of.call, of.agent]);
  const row = await tell({
    did: "it goes to the archive on MariaDB",
    ask: archive,
    status: 201,
    shape: archivedShape,
    tell: (body) => {
      check(body);
      return `row ${body.id}, of ${body.agente}`;
    },
  });
  await tell({
    did: "a second time changes nothing",
    ask: archive,
    status: 200,
    shape: archivedShape,
    tell: (body) => {
      assert.deepEqual(body, row);
      return `row ${body.id} still`;
    },
  });
  await tell({
    did: "and is found there",
    ask: () => api.get("archive/"),
    status: 200,
    shape: z.object({ count: z.number(), results: z.array(archivedShape) }),
    tell: ({ count, results }) => {
      assert.ok(results.some(({ llamada_id }) => llamada_id === of.call));
      return `${count} archived calls`;
    },
  });
};
