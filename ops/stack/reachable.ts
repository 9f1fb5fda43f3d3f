import { request } from "node:http";

/** Browsers and curl find every name below localhost on this machine (RFC 6761); Node resolves only localhost. */
export const reachable = (address: string): string => {
  const url = new URL(address);
  if (url.hostname.endsWith(".localhost")) url.hostname = "127.0.0.1";
  return url.href;
};

/** As fetch, for addresses whose name says more than the machine: a tag of a service below localhost. */
export const fetchByName = (url: URL, init: RequestInit = {}): Promise<Response> =>
  url.hostname.endsWith(".localhost") ? fetchHere(url, init) : fetch(url, init);

const fetchHere = (url: URL, { method = "GET", headers, body, signal }: RequestInit): Promise<Response> =>
  new Promise((resolve, reject) => {
    const asked = request(
      {
        ...{ host: "127.0.0.1", port: url.port, path: `${url.pathname}${url.search}`, method },
        headers: { ...Object.fromEntries(new Headers(headers)), host: url.host },
        ...(signal && { signal }),
      },
      (answer) => {
        const parts: Buffer[] = [];
        answer.on("data", (part: Buffer) => parts.push(part));
        answer.on("error", reject);
        answer.on("end", () => {
          const status = answer.statusCode ?? 500;
          const told = new Headers();
          for (const [name, value] of Object.entries(answer.headers)) told.set(name, [value].flat().join(", "));
          // No body may come with these.
          resolve(new Response([204, 304].includes(status) ? null : Buffer.concat(parts), { status, headers: told }));
        });
      },
    );
    asked.on("error", reject);
    asked.end(typeof body === "string" ? body : undefined);
  });
