import { Agent, request } from "node:http";
import { gunzipSync } from "node:zlib";
import type { TestCloud } from "../cloud";

type Asked = { verb?: string; path: string; headers?: Record<string, string>; body?: string | Buffer; agent?: Agent };
export type Given = { status: number; headers: Record<string, unknown>; text: string; body: any };

/** Asks as a client of its own would, with its own headers and an address that nobody tidies. */
export const asking =
  (cloud: TestCloud) =>
  ({ verb = "GET", path, headers = {}, body, agent }: Asked): Promise<Given> =>
    new Promise((resolve, reject) => {
      const sent = request({
        ...{ host: "127.0.0.1", port: cloud.port, method: verb, path, agent },
        headers: { ...cloud.headers, ...headers },
      });
      sent.on("error", reject).on("response", (answer) => {
        const pieces: Buffer[] = [];
        answer.on("data", (piece: Buffer) => pieces.push(piece));
        answer.on("end", () => {
          const bytes = Buffer.concat(pieces);
          const text = (answer.headers["content-encoding"] === "gzip" ? gunzipSync(bytes) : bytes).toString("utf8");
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text, body: JSON.parse(text) as unknown });
        });
      });
      sent.end(body);
    });
