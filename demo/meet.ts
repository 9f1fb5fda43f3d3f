import assert from "node:assert/strict";
import * as z from "zod";
import { until } from "../docker/wait";
import { clientOf, type Access, type Answer } from "./client";
import { inEstado, refusal, type Tell } from "./story";

const meetingShape = z.object({
  id: z.number(),
  inicio: z.string(),
  estado: z.string(),
  participantes: z.array(z.string()),
});

/** An organiser is in one meeting at a time. */
export const meetStory = async ({ run, ...at }: Access & { run: string }, tell: Tell): Promise<void> => {
  const api = clientOf(at);
  const organizador = `jefa.${run}@example.com`;
  const meeting = (titulo: string, from: number, to: number) => ({
    titulo,
    organizador,
    participantes: [`ana.${run}@example.com`, `luis.${run}@example.com`],
    inicio: inHours(from),
    fin: inHours(to),
  });
  const planned = await tell({
    did: "a meeting is planned",
    ask: () => api.post("meetings/", meeting("Plan", 24, 26)),
    status: 201,
    shape: meetingShape,
    tell: ({ id, estado, participantes }) => {
      assert.deepEqual([estado, participantes.length], ["programada", 2]);
      return `meeting ${id}, ${estado}, ${participantes.length} guests`;
    },
  });
  const looked = () => api.get(`meetings/${planned.id}/`);
  await tell({
    did: "the worker has seen to the calendar",
    ask: () => until({ ask: looked, ends: isSeenTo, everyMs: ASK_EVERY_MS, patienceMs: WORKER_MS }),
    shape: meetingShape.extend({ calendario: z.enum(["sincronizado", "no_configurado"]) }),
    tell: ({ calendario }) => calendario,
  });
  const overlapping = () => api.post("meetings/", meeting("A la vez", 25, 27));
  await tell({
    ...refusal({ did: "one that overlaps is refused", ask: overlapping, status: 409, code: "meeting_overlaps" }),
    tell: ({ error }) => {
      assert.match(error.message, new RegExp(`\\b${planned.id}\\b`));
      return error.message;
    },
  });
  await tell({
    did: "one right after it is not",
    ask: () => api.post("meetings/", meeting("Después", 26, 27)),
    status: 201,
    shape: meetingShape,
    tell: ({ id }) => `meeting ${id}`,
  });
  const cancel = () => api.post(`meetings/${planned.id}/cancel/`);
  await tell({
    did: "the first one is cancelled",
    ask: cancel,
    shape: inEstado(meetingShape, "cancelada"),
    tell: ({ estado }) => estado,
  });
  await tell(refusal({ did: "a second time is refused", ask: cancel, status: 409, code: "already_cancelled" }));
  await tell({
    did: "what is left for her",
    ask: () => api.get(`meetings/upcoming/?organizador=${encodeURIComponent(organizador)}`),
    shape: z.object({ results: z.array(meetingShape.extend({ titulo: z.string() })) }),
    tell: ({ results }) => {
      assert.deepEqual(
        results.map(({ titulo }) => titulo),
        ["Después"],
      );
      return results.map(({ titulo, inicio }) => `${titulo}, ${inicio}`).join("; ");
    },
  });
};

/** Longer than a worker takes to start. */
const WORKER_MS = 20_000;
const ASK_EVERY_MS = 250;

const isSeenTo = ({ body }: Answer): boolean => (body as { calendario?: string } | null)?.calendario !== "pendiente";

/** Whole seconds, so that equal times are equal to the last digit. */
const START = Math.floor(Date.now() / 1000) * 1000;
const inHours = (hours: number): string => new Date(START + hours * 3_600_000).toISOString();
