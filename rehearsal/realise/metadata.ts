import type { IncomingMessage, ServerResponse } from "node:http";
import { refusalOf } from "../../guard/requests";
import type { Project } from "../project";
import type { Identity } from "./identity";

const ROOT = "/computeMetadata/v1/";

/** The name by which a container asks; it says who asks, and nobody can guess another's. */
export const metadataHost = (key: string): string => `${key}.metadata.localhost`;

/**
 * The metadata server of Cloud Run, as far as programs use it: https://cloud.google.com/run/docs/container-contract#metadata-server
 * @param of.emailOf the service account of the container with this key
 */
export const metadataAnswerer =
  (of: { identity: Identity; project: Project; emailOf: (key: string) => string | undefined }) =>
  (request: IncomingMessage, response: ServerResponse): void => {
    answer(of, request)
      .catch((error: Error) => ({ code: 500, body: error.message }))
      .then(({ code, body }) => {
        response.writeHead(code, { "metadata-flavor": "Google", "content-type": "application/text" }).end(body);
      }, noop);
  };

type Answer = { code: number; body: string };

const answer = async (
  { identity, project, emailOf }: Parameters<typeof metadataAnswerer>[0],
  request: IncomingMessage,
): Promise<Answer> => {
  const url = new URL(request.url ?? "/", "http://metadata");
  const email = emailOf((request.headers.host ?? "").split(".")[0] ?? "");
  if (!email || !isFromContainer(request)) return { code: 403, body: "Forbidden" };
  const path = url.pathname.startsWith(ROOT) ? url.pathname.slice(ROOT.length) : "";
  const own = path.replace(email, "default");
  const audience = url.searchParams.get("audience");
  if (own === "instance/service-accounts/default/identity")
    return audience
      ? { code: 200, body: await identity.token({ email, audience }) }
      : { code: 400, body: "non-empty audience parameter required" };
  const facts: Record<string, string> = {
    "project/project-id": project.id,
    "project/numeric-project-id": project.number,
    "instance/service-accounts/default/email": email,
  };
  const body = facts[own];
  return body === undefined ? { code: 404, body: `the rehearsal has no ${url.pathname}` } : { code: 200, body };
};

/** As Google's: no page can set this header, and what a proxy passes on is refused. */
const isFromContainer = ({ method = "", headers }: IncomingMessage): boolean =>
  headers["metadata-flavor"] === "Google" &&
  headers["x-forwarded-for"] === undefined &&
  refusalOf({ asked: { method, headers }, isHost: (host) => host === headers.host }) === undefined;

const noop = (): void => undefined;
