import type { Readable } from "node:stream";
import type { FastifyInstance } from "fastify";
import * as z from "zod";
import { tokenOf } from "./access";
import type { Cloud } from "./api";
import { callerOf } from "./callers";
import { locksIn, migrationsIn, rowsIn } from "./apis/sql/inside";
import { putIn } from "./apis/sql/put-in";
import { apiErrorOf } from "./errors";
import { FAULT_KINDS } from "./faults";
import { Identity } from "./realise/identity";
import type { Report } from "./report";

const faultShape = z.strictObject({
  kind: z.enum(FAULT_KINDS, { error: `allowed: ${FAULT_KINDS.join(", ")}` }),
  at: z.string().min(1),
  times: z.int().min(1).default(1),
  status: z.union([z.literal(429), z.literal(503)]).optional(),
  retryAfter: z.int().min(0).optional(),
  ms: z.int().min(0).optional(),
});

/** The rehearsed cloud that the server answers for, and the report of all requests. */
export type Served = { cloud: Cloud; report: Report };

type Database = { instance: string; database: string };

/** The server's own addresses, below a name that no API of Google's has. */
export const addControl = (server: FastifyInstance, { cloud, report }: Served): void => {
  const identity = new Identity(cloud.realise.folder);
  server.get("/_rehearsal/health", () => ({ project: cloud.project, pid: process.pid }));
  // As `gcloud auth print-identity-token` would: the person who deploys may call every service.
  server.get<{ Querystring: { audience?: string } }>("/_rehearsal/token", async (request) => ({
    token: await identity.token({ email: callerOf(tokenOf(request)).email, audience: request.query.audience ?? "" }),
  }));
  server.get<{ Querystring: { since?: string } }>("/_rehearsal/report", ({ query: { since } }) => ({
    ...report.summary(since),
    unusedGrants: cloud.grants.unused(),
    pendingFaults: cloud.faults.pending(),
  }));
  // What no API of Google's tells: a look into the databases.
  server.get("/_rehearsal/rows", () => rowsIn(cloud));
  server.get("/_rehearsal/migrations", () => migrationsIn(cloud));
  server.get("/_rehearsal/locks", () => locksIn(cloud));
  server.addContentTypeParser("application/octet-stream", (_request, payload, done) => done(null, payload));
  server.post<{ Params: Database; Querystring: { owner?: string } }>(
    "/_rehearsal/databases/:instance/:database",
    async ({ params, query: { owner = "" }, body }, reply) => {
      try {
        await putIn(cloud, { ...params, owner, dump: body as Readable });
        return await reply.code(204).send();
      } catch (error) {
        const { code, message } = apiErrorOf(error);
        return reply.code(code).send({ message });
      }
    },
  );
  server.get("/_rehearsal/faults", () => cloud.faults.pending());
  server.post("/_rehearsal/faults", (request, reply) => {
    const { success, data, error } = faultShape.safeParse(request.body);
    if (!success) return reply.code(400).send({ message: z.prettifyError(error) });
    cloud.faults.add(data);
    return reply.code(204).send();
  });
  server.delete("/_rehearsal/faults", (_request, reply) => {
    cloud.faults.clear();
    return reply.code(204).send();
  });
};
