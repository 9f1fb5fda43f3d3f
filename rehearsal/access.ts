import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { refusalOf } from "../guard/requests";
import { isSame, tokenIn } from "../guard/token";
import { ownersToken } from "./callers";
import type { Api } from "./api";
import { ApiError } from "./errors";
import { hostCheck } from "./hosts";
import { isDiscovery } from "./http/discovery";

/** Google's registries take an access token as the password of this user. */
export const REGISTRY_USER = "oauth2accesstoken";

/** The log-in to the rehearsed registry, as the Docker engine takes it. */
export const registryLogin = (token: string): { username: string; password: string } => ({
  username: REGISTRY_USER,
  password: token,
});

/** The same as the registry's own program takes it. */
export const registryHeader = (token: string): { authorization: string } => ({
  authorization: `Basic ${Buffer.from(`${REGISTRY_USER}:${token}`).toString("base64")}`,
});

/** The access token that a request carries; empty without one. */
export const tokenOf = ({ headers }: Pick<FastifyRequest, "headers">): string =>
  tokenIn(headers.authorization, REGISTRY_USER) ?? "";

type Guarding = { port: number; token: string; apis: readonly Pick<Api, "name" | "service">[] };

/**
 * Lets through who brings the rehearsal's token, at a name of ours and from no other site's page. Everybody else is
 * refused before a body is read: pages and other users of the machine reach every port on loopback. Google's descriptions of
 * its APIs are for everybody.
 */
export const addGuard = (server: FastifyInstance, { port, token, apis }: Guarding): void => {
  const isHost = hostCheck({ port, apis });
  const names = apis.map(({ name }) => name);
  server.addHook("onRequest", async (request, reply) => {
    const refusal = refusalOf({ asked: request, isHost });
    if (refusal)
      return ended(reply)
        .code(refusal.status)
        .send({ message: `rehearsal: ${refusal.reason}` });
    if (request.method === "GET" && isDiscovery(request.url.split("?")[0] ?? "", names)) return undefined;
    if (isSame(ownersToken(tokenOf(request)), token)) return undefined;
    const unknown = new ApiError({
      status: "UNAUTHENTICATED",
      message: "Request had invalid authentication credentials. Expected the rehearsal's access token.",
    });
    return ended(reply).code(401).header("www-authenticate", 'Basic realm="rehearsal"').send(unknown.toBody());
  });
};

/** What is left of the body is not waited for. */
const ended = (reply: FastifyReply): FastifyReply => reply.header("connection", "close");
