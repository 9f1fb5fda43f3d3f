import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A request as the service behind Cloud Run gets it. */
export type Heard = { method: string; path: string; headers: IncomingMessage["headers"]; body: string };

type Answering = (request: IncomingMessage, answer: ServerResponse) => void;

/** A server that plays Cloud Run and a Django service behind it. */
export class CloudRun {
  readonly heard: Heard[] = [];
  /** The tokens that let in. */
  good = new Set<string>();
  /** How the service answers; what it does not answer gets `ok`. */
  answering: Answering | undefined;
  readonly #server: Server = createServer((request, answer) => void this.#answer(request, answer));

  async start(): Promise<void> {
    await once(this.#server.listen(0, "127.0.0.1"), "listening");
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  get url(): string {
    return `http://leads-web-123.europe-west1.run.localhost:${(this.#server.address() as AddressInfo).port}`;
  }

  get last(): Heard | undefined {
    return this.heard.at(-1);
  }

  async #answer(request: IncomingMessage, answer: ServerResponse): Promise<void> {
    const { method = "", url: path = "", headers } = request;
    const token = /^Bearer (.+)$/.exec(String(headers["x-serverless-authorization"]))?.[1];
    if (token === undefined || !this.good.has(token)) {
      answer.writeHead(403, { "content-type": "text/html; charset=UTF-8" });
      // https://github.com/GoogleCloudPlatform/cloud-code-intellij/issues/3133
      answer.end(
        `<html><head>\n<title>403 Forbidden</title>\n</head>\n<body text=#000000 bgcolor=#ffffff>\n<h1>Error: Forbidden</h1>\n` +
          `<h2>Your client does not have permission to get URL <code>/</code> from this server.</h2>\n<h2></h2>\n</body></html>\n`,
      );
      return;
    }
    if (this.answering) return this.answering(request, answer);
    let body = "";
    for await (const part of request) body += String(part);
    this.heard.push({ method, path, headers, body });
    answer.end("ok");
  }
}

/** A token as Google makes them, with a signature that nobody looks at. */
export const tokenOf = (claims: { email?: string; exp?: number; n?: number }): string =>
  ["{}", JSON.stringify(claims), "signature"].map((part) => Buffer.from(part).toString("base64url")).join(".");
