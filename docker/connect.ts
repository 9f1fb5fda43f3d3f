import { request } from "node:http";
import { text } from "node:stream/consumers";
import type Docker from "dockerode";
import { contextHost, firstSocket } from "./context";

const UNIX = "unix://";
export const DEFAULT_HOST = "unix:///var/run/docker.sock";

/** The engine's address: from the environment or docker's current context, else the first socket that exists. */
export const engineHost = (): string => {
  const socket = firstSocket();
  return process.env.DOCKER_HOST || contextHost() || (socket ? `${UNIX}${socket}` : DEFAULT_HOST);
};

/** The engine's address for Pulumi's provider, which knows no contexts: commands set DOCKER_HOST for it. */
export const providerHost = (): string => process.env.DOCKER_HOST || DEFAULT_HOST;

/** The address of no engine, for work that needs none: nothing looks for it. */
const NOWHERE = "ssh://no-engine";

/**
 * The environment of a provider that is to look for no engine. The official plugin pings one as soon as it is configured,
 * whatever `disableDockerDaemonCheck` says, unless its address begins with ssh:// and neither a context nor TLS leads elsewhere
 * (pulumi-docker 5.2.0, provider/image.go).
 */
export const withoutEngine = {
  DOCKER_HOST: NOWHERE,
  ...{ DOCKER_CONTEXT: undefined, DOCKER_TLS_VERIFY: undefined, DOCKER_CERT_PATH: undefined },
  ...{ DOCKER_CA_MATERIAL: undefined, DOCKER_CERT_MATERIAL: undefined, DOCKER_KEY_MATERIAL: undefined },
};

/** A client of the engine. It is loaded late: that costs a fifth of a second, and some commands need no engine. */
export const connect = async (host: string): Promise<Docker> => {
  const { default: Client } = await import("dockerode");
  // dockerode reads DOCKER_HOST (and the TLS variables beside it) by itself.
  process.env.DOCKER_HOST = host;
  return new Client();
};

export type Answer = { status: number; body: unknown };
type Question = { path: string; method?: "GET" | "HEAD"; host?: string };

/**
 * Asks the engine one question, over its socket without dockerode where it has one: a few milliseconds, which is all that
 * an update with nothing to do may cost.
 * @throws an error with the code of the connection (`ENOENT`, `EACCES`) when no engine answers.
 */
export const ask = ({ path: asked, method = "GET", host = providerHost() }: Question): Promise<Answer> => {
  const question = { path: asked, method, host };
  if (host === NOWHERE) return Promise.reject(Object.assign(new Error("there is no engine"), { code: "ENOENT" }));
  // dockerode reaches engines behind TLS, SSH or TCP.
  return host.startsWith(UNIX) ? askSocket(question) : askThroughClient(question);
};

/**
 * The engine's list at a path; the caller knows its shape.
 * @throws as `ask` does, and an error with `statusCode` where the engine refuses.
 */
export const list = async <T>(asked: string): Promise<T> => {
  const { status, body } = await ask({ path: asked });
  if (status === 200) return body as T;
  const message = `the Docker engine answered ${status} to ${asked}: ${JSON.stringify(body)}`;
  throw Object.assign(new Error(message), { statusCode: status });
};

const askSocket = ({ host, path: asked, method }: Required<Question>): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const options = { socketPath: host.slice(UNIX.length), path: asked, method, headers: { host: "docker" } };
    const asking = request(options, (answer) => {
      const body = text(answer).then((whole): unknown => (whole === "" ? undefined : JSON.parse(whole)));
      body.then((parsed) => resolve({ status: answer.statusCode ?? 0, body: parsed }), reject);
    });
    asking.on("error", reject).end();
  });

const askThroughClient = async ({ host, path: asked, method }: Required<Question>): Promise<Answer> => {
  const { modem } = await connect(host);
  return new Promise((resolve, reject) =>
    modem.dial(
      { path: `${asked}${asked.includes("?") ? "&" : "?"}`, method, statusCodes: { 200: true } },
      (error: (Error & { statusCode?: number }) | null, body: unknown) => {
        if (!error) return resolve({ status: 200, body });
        return error.statusCode ? resolve({ status: error.statusCode, body: error.message }) : reject(error);
      },
    ),
  );
};
