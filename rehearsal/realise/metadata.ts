import type { IncomingMessage, ServerResponse } from "node:http";
import { refusalOf } from "../../guard/requests";
import { own } from "../own";
import type { Project } from "../project";
import type { Report } from "../report";
import type { Identity } from "./identity";

const ROOT = "/computeMetadata/v1/";

/** The name by which a container asks; it says who asks, and nobody can guess another's. */
export const metadataHost = (key: string): string => `${key}.metadata.localhost`;

type Answering = {
  identity: Identity;
  project: Project;
  /** The service account of the container with this key. */
  emailOf: (key: string) => string | undefined;
  report: Pick<Report, "add" | "fail">;
};

/**
 * The metadata server of Cloud Run, as far as programs use it: https://cloud.google.com/run/docs/container-contract#metadata-server
 * A container that asks for more is in the report.
 */
export const metadataAnswerer =
  (of: Answering) =>
  (request: IncomingMessage, response: ServerResponse): void => {
    const { method: verb = "", url: path = "" } = request;
    answer(of, request)
      .catch((error: Error) => {
        of.report.fail({ api: "metadata", verb, path, error });
        return { code: 500, body: error.message };
      })
      .then(({ code, body }) => {
        response.writeHead(code, { "metadata-flavor": "Google", "content-type": "application/text" }).end(body);
      }, noop);
  };

type Answer = { code: number; body: string };

const answer = async ({ identity, project, emailOf, report }: Answering, request: IncomingMessage): Promise<Answer> => {
  const url = new URL(request.url ?? "/", "http://metadata");
  const email = emailOf((request.headers.host ?? "").split(".")[0] ?? "");
  if (!email || !isFromContainer(request)) return { code: 403, body: "Forbidden" };
  const path = url.pathname.startsWith(ROOT) ? url.pathname.slice(ROOT.length) : "";
  const asked = path.replace(email, "default");
  const audience = url.searchParams.get("audience");
  if (asked === "instance/service-accounts/default/identity")
    return audience
      ? { code: 200, body: await identity.token({ email, audience }) }
      : { code: 400, body: "non-empty audience parameter required" };
  const facts: Record<string, string> = {
    "project/project-id": project.id,
    "project/numeric-project-id": project.number,
    "instance/service-accounts/default/email": email,
  };
  // Google's libraries ask for it to see whether there is such a server.
  const body = url.pathname === "/" ? "computeMetadata/\n" : own(facts, asked);
  if (body !== undefined) return { code: 200, body };
  const message = `the rehearsal has no ${url.pathname}`;
  const what = { api: "metadata", verb: request.method ?? "", path: url.pathname, status: 404, message };
  report.add({ ...what, unanswered: true });
  return { code: 404, body: message };
};

/** As Google's: no page can set this header, and what a proxy passes on is refused. */
const isFromContainer = ({ method = "", headers }: IncomingMessage): boolean =>
  headers["metadata-flavor"] === "Google" &&
  headers["x-forwarded-for"] === undefined &&
  refusalOf({ asked: { method, headers }, isHost: (host) => host === headers.host }) === undefined;

const noop = (): void => undefined;
