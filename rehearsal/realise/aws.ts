import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { execCaptured } from "../../docker/exec";
import { until } from "../../docker/wait";
import { imageReference } from "../../infra/targets/base-image";
import { ACCESS_KEY, GUARD, GUARD_FILE, GUARDED } from "../../infra/targets/local/messaging-guard";
import type { Realise } from "../realise";
import * as containers from "./containers";
import { hostPortOf, keepAlive } from "./instance";
import { gatewayOf } from "./network";

/** What stands in the place of AWS, as far as services use it: SNS and SQS. */
export type Aws = {
  /** It listens at this port on loopback and, for containers, on their gateway. */
  port: number;
  /** The official image of LocalStack, without the prefix of a mirror. */
  image: string;
  /** The only key that it answers to. */
  accessKey: string;
};

const PORT = 4566;
const READY_SECONDS = 120;

/** Starts LocalStack unless it runs, and leads to it. Resolves to what closes the way; the container goes on. */
export const openAws = async (realise: Realise, aws: Aws): Promise<() => Promise<void>> => {
  const name = `${realise.prefix}-aws`;
  const running = await containers.inspectContainer(realise.docker, name);
  if (!running?.State.Running) await containers.startContainer(realise, containerSpec(realise, { name, aws }));
  await untilReady(realise, name);
  await keepAlive(realise.docker, name);
  const { address } = await gatewayOf(realise);
  const hosts = ["127.0.0.1", ...(address === undefined ? [] : [address])];
  const closing = await Promise.all(hosts.map((host) => forward(realise, { name, host, port: aws.port })));
  return async () => void (await Promise.all(closing.map((close) => close())));
};

/** Its guard is a file that it reads before it listens. */
const START = `mkdir -p "$(dirname ${GUARD_FILE})"
printf '%s' "$GUARD" > ${GUARD_FILE}
exec docker-entrypoint.sh`;

const containerSpec = (realise: Realise, { name, aws }: { name: string; aws: Aws }) => ({
  name,
  Image: imageReference({ image: aws.image, prefix: realise.imagePrefix }),
  Entrypoint: ["sh", "-euc", START],
  Cmd: [],
  Env: containers.environment({
    ...{ GUARD, [ACCESS_KEY]: aws.accessKey, SERVICES: "sns,sqs", EAGER_SERVICE_LOADING: "1", TZ: "UTC" },
  }),
  ExposedPorts: { [`${PORT}/tcp`]: {} },
  HostConfig: {
    NanoCpus: 1e9,
    PortBindings: { [`${PORT}/tcp`]: [{ HostIp: "127.0.0.1", HostPort: "" }] },
  },
});

const untilReady = async ({ docker }: Realise, container: string): Promise<void> => {
  const health = `curl -fs -o /dev/null http://127.0.0.1:${PORT}/_localstack/health`;
  const command = ["sh", "-c", `${health} && ${GUARDED}`];
  const ask = async (): Promise<{ code: number; output: string }> => {
    const state = (await containers.inspectContainer(docker, container))?.State;
    return state?.Running ? execCaptured({ docker, container, command }) : { code: 1, output: "it has ended" };
  };
  const last = await until({ ask, ends: ({ code }) => code === 0, everyMs: 300, patienceMs: READY_SECONDS * 1000 });
  if (last.code === 0) return;
  const words = (await containers.logsOf(docker, container)).trim().split("\n").slice(-5).join("\n");
  throw new Error(`LocalStack, in AWS's place, does not start: ${last.output}\n${words}`);
};

type Forwarding = { name: string; host: string; port: number };

/** Leads connections to the container's port, which changes with every start of it. */
const forward = async ({ docker }: Realise, { name, host, port }: Forwarding): Promise<() => Promise<void>> => {
  const open = new Set<Socket>();
  const lead = async (client: Socket): Promise<void> => {
    const found = await containers.inspectContainer(docker, name);
    const target = found && hostPortOf(found, PORT);
    if (target === undefined) return void client.destroy();
    const server = connect(target, "127.0.0.1");
    for (const socket of [client, server]) {
      open.add(socket);
      socket.once("close", () => (open.delete(socket), client.destroy(), server.destroy()));
      socket.on("error", () => socket.destroy());
    }
    client.pipe(server).pipe(client);
  };
  const server: Server = createServer((client) => void lead(client).catch(() => client.destroy()));
  await once(server.listen({ port, host, exclusive: true }), "listening");
  return async () => {
    server.close();
    for (const socket of open) socket.destroy();
    await once(server, "close").catch(() => undefined);
  };
};
