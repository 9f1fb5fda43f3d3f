import type Docker from "dockerode";
import { request } from "node:http";

/**
 * The Docker engine as the program asks it beside Pulumi. Questions of every update go straight to the engine's socket
 * (a few milliseconds); what only an update with work to do needs goes through dockerode, which takes 0.1 s to load.
 */
export const connect = async (): Promise<Docker> => {
  const { default: Client } = await import("dockerode");
  return new Client();
};

export type Answer = { status: number; body: unknown };

/**
 * Asks the engine behind DOCKER_HOST or the default socket.
 * @throws an error with the code of the connection (`ENOENT`, `EACCES`) when no engine answers.
 */
export const ask = async (question: { path: string; method?: "GET" | "HEAD" }): Promise<Answer> => {
  const socketPath = socketOf(process.env["DOCKER_HOST"]);
  return socketPath === undefined ? askThroughClient(question) : askSocket({ ...question, socketPath });
};

/** A body the caller knows the shape of. */
export const list = async <T>(path: string): Promise<T> => {
  const { status, body } = await ask({ path });
  if (status !== 200) throw new Error(`the Docker engine answered ${status} to ${path}: ${JSON.stringify(body)}`);
  return body as T;
};

/** Engines behind TLS, SSH or TCP are dockerode's to reach. */
const socketOf = (host: string | undefined): string | undefined => {
  if (!host) return "/var/run/docker.sock";
  return host.startsWith("unix://") ? host.slice("unix://".length) : undefined;
};

const askSocket = ({
  socketPath,
  path,
  method = "GET",
}: {
  socketPath: string;
  path: string;
  method?: string;
}): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const asking = request({ socketPath, path, method, headers: { host: "docker" } }, (answer) => {
      const pieces: Buffer[] = [];
      answer.on("data", (piece: Buffer) => pieces.push(piece));
      answer.on("error", reject);
      answer.on("end", () => {
        const text = Buffer.concat(pieces).toString();
        resolve({ status: answer.statusCode ?? 0, body: text === "" ? undefined : JSON.parse(text) });
      });
    });
    asking.on("error", reject).end();
  });

const askThroughClient = async ({ path, method = "GET" }: { path: string; method?: string }): Promise<Answer> => {
  const { modem } = await connect();
  return new Promise((resolve, reject) =>
    modem.dial(
      { path: `${path}${path.includes("?") ? "&" : "?"}`, method, statusCodes: { 200: true } },
      (error: (Error & { statusCode?: number }) | null, body: unknown) => {
        if (!error) return resolve({ status: 200, body });
        return error.statusCode ? resolve({ status: error.statusCode, body: error.message }) : reject(error);
      },
    ),
  );
};
