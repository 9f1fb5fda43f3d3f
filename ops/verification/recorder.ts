import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { loopbackHosts, refusalOf } from "../../guard/requests";
import { isSame, makeToken } from "../../guard/token";
import { LOOPBACK } from "../../infra/loopback";
import { addRecorded, type Recorded } from "./record";
import type { Redactor } from "./redact";

type Recording = {
  /** The root of an API of Google's, with a slash at its end; undefined for one that is not to be asked. */
  rootOf: (api: string) => string | undefined;
  redactor: Redactor;
  file: string;
};

/** The address that stands for Google: below it, each API by its name. */
export type Recorder = { url: string; close: () => Promise<void> };

/** What the next machine on the way decides for itself. */
const OWN_HEADERS = ["host", "connection", "content-length", "transfer-encoding", "accept-encoding"];

/**
 * Listens on loopback, hands every request on to Google as it is, and writes down what was asked and answered, redacted. Its
 * address holds a secret, which keeps others of this machine out; a request brings the credentials of its sender.
 */
export const startRecorder = async (of: Recording): Promise<Recorder> => {
  const key = makeToken();
  const server = createServer((request, response) => {
    answer({ ...of, key, hosts: loopbackHosts((server.address() as AddressInfo).port), request, response }).catch(
      (error: Error) => {
        process.stderr.write(`the recorder could not hand on ${request.method}: ${error.message}\n`);
        if (!response.headersSent) response.writeHead(502);
        response.end();
      },
    );
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/${key}`, close };
};

type Answering = Recording & { key: string; hosts: string[]; request: IncomingMessage; response: ServerResponse };

const answer = async ({ rootOf, redactor, file, key, hosts, request, response }: Answering): Promise<void> => {
  const { method: verb = "GET", url = "/", headers } = request;
  const [, given = "", api = "", rest = "", query = ""] = /^\/([^/?]*)\/([^/?]*)\/([^?]*)\??(.*)$/s.exec(url) ?? [];
  const refused = refusalOf({ asked: { method: verb, headers }, isHost: (host) => hosts.includes(host) });
  const root = rootOf(api);
  if (refused || !isSame(given, key) || root === undefined) {
    response.writeHead(refused?.status ?? 404, { connection: "close" }).end();
    return;
  }
  const body = await text(request);
  const answered = await handOn({ verb, url: `${root}${rest}${query && `?${query}`}`, headers, body });
  const recorded: Recorded = {
    ...{ api, verb, path: redactor.text(rest), query: redactor.text(query) },
    ...(body !== "" && { body: redactor.json(parsed(body)) }),
    status: answered.status,
    ...(answered.body !== "" && { answer: redactor.json(parsed(answered.body)) }),
  };
  addRecorded(file, recorded);
  response.writeHead(answered.status, answered.headers).end(answered.body);
};

type HandedOn = { verb: string; url: string; headers: IncomingMessage["headers"]; body: string };
type Answered = { status: number; headers: Record<string, string>; body: string };

/** The library knows proxies of this machine, as the plugin does. */
const handOn = async ({ verb, url, headers, body }: HandedOn): Promise<Answered> => {
  const { gaxios } = await import("google-auth-library");
  const {
    status,
    headers: received,
    data,
  } = await gaxios.request<string>({
    url,
    method: verb,
    headers: Object.entries(headers).filter(([name]) => !OWN_HEADERS.includes(name)) as [string, string][],
    ...(body !== "" && { data: body }),
    responseType: "text",
    validateStatus: () => true,
    retry: false,
    redirect: "manual",
    noProxy: LOOPBACK,
  });
  const kept = ["content-type", "retry-after", "location"].flatMap((name) => {
    const value = received.get(name);
    return value === null ? [] : [[name, value] as const];
  });
  return { status, headers: Object.fromEntries(kept), body: data ?? "" };
};

/** What is no JSON is written down as the text that it is. */
const parsed = (body: string): unknown => {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return body;
  }
};
