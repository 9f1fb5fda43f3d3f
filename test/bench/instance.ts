import type Docker from "dockerode";
import { get } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { Session } from "../../ops/start/set-up";
import { containersOf, nameOf, type Container } from "./parts";

/** A web service of the stack; `image` is its folder in services/. */
export type WebService = { name: string; image: string; tag: string; container: Container };

/** What a request is sent to, and with which headers it passes as one that came through the cloud's front end. */
export type Route = { path: string; headers?: Record<string, string> };

/** One container of a service that answers, by itself. */
export type Instance = { url: string; remove: () => Promise<void> };

const NAME = "fleet-bench-instance";
/** Among the ports of the production stack, where no service has one. */
const HOST_PORT = 17_999;
const MIB = 1024 ** 2;
export const THROUGH_THE_FRONT_END = { "x-forwarded-proto": "https" };

/** The web services of the stack. */
export const webServices = async ({ docker, stack }: Session): Promise<WebService[]> => {
  const all = await containersOf({ docker, stack: stack.name });
  const web = all.filter(
    (container) => isService(container) && Object.keys((container.HostConfig.PortBindings ?? {}) as object).length > 0,
  );
  return Promise.all(
    web.map(async (container) => {
      const { RepoTags } = await docker.getImage(container.Image).inspect();
      return { name: nameOf(container), container, ...imageOf(RepoTags) };
    }),
  );
};

/** Stops every service of the stack; its datastores stay. What is measured then has the machine to itself. */
export const stopServices = async ({ docker, stack }: Session): Promise<void> => {
  const running = (await containersOf({ docker, stack: stack.name })).filter(
    (container) => isService(container) && container.State.Running,
  );
  await Promise.all(running.map(({ Id }) => docker.getContainer(Id).stop()));
};

/**
 * Starts one container with the production settings of a service, 1 CPU and 512 MiB, and waits for the first 200.
 * @returns it, with the seconds from its start to that answer
 * @throws with its log, if it ends or does not answer within a minute
 */
export const startInstance = async (of: {
  docker: Docker;
  service: WebService;
  route: Route;
  image?: string;
  command?: readonly string[];
  entrypoint?: readonly string[];
}): Promise<{ instance: Instance; seconds: number }> => {
  const container = await createContainer(of);
  const remove = (): Promise<void> => container.remove({ force: true, v: true });
  const url = `http://127.0.0.1:${HOST_PORT}${of.route.path}`;
  try {
    const started = performance.now();
    await container.start();
    await firstSuccess({ container, url, headers: of.route.headers ?? {} });
    return { instance: { url, remove }, seconds: (performance.now() - started) / 1000 };
  } catch (error) {
    await remove();
    throw error;
  }
};

const createContainer = async ({
  docker,
  service,
  image,
  command,
  entrypoint,
}: Parameters<typeof startInstance>[0]): Promise<Docker.Container> => {
  // One that a killed run has left.
  await docker
    .getContainer(NAME)
    .remove({ force: true, v: true })
    .catch(() => undefined);
  const { Config, HostConfig, NetworkSettings, Image } = service.container;
  const [port = ""] = Object.keys(HostConfig.PortBindings as object);
  return docker.createContainer({
    name: NAME,
    Image: image ?? Image,
    Env: productionEnv(Config.Env),
    Cmd: [...(command ?? Config.Cmd)],
    Entrypoint: [...(entrypoint ?? [Config.Entrypoint ?? []].flat())],
    User: Config.User,
    ExposedPorts: { [port]: {} },
    Healthcheck: { Test: ["NONE"] },
    HostConfig: {
      NetworkMode: Object.keys(NetworkSettings.Networks)[0] ?? "",
      PortBindings: { [port]: [{ HostIp: "127.0.0.1", HostPort: String(HOST_PORT) }] },
      NanoCpus: 1e9,
      Memory: 512 * MIB,
      MemorySwap: 512 * MIB,
      ReadonlyRootfs: true,
      Tmpfs: HostConfig.Tmpfs ?? {},
      CapDrop: ["ALL"],
      SecurityOpt: ["no-new-privileges:true"],
      Init: HostConfig.Init ?? true,
      LogConfig: HostConfig.LogConfig,
    },
  });
};

/** The variables of a service on a laptop, with the values that differ in the cloud. */
export const productionEnv = (env: readonly string[]): string[] => {
  const own = { ENVIRONMENT: "production", DEBUG: "False", ALLOWED_HOSTS: "127.0.0.1" };
  const kept = env.filter((line) => !(line.slice(0, line.indexOf("=")) in own));
  return [...kept, ...Object.entries(own).map(([name, value]) => `${name}=${value}`)];
};

const firstSuccess = async ({
  container,
  url,
  headers,
}: {
  container: Docker.Container;
  url: string;
  headers: Record<string, string>;
}): Promise<void> => {
  const end = performance.now() + 60_000;
  let said = "no answer";
  while (performance.now() < end) {
    try {
      const { status, body } = await ask({ url, headers });
      if (status === 200) return;
      said = `${status} ${body.slice(0, 500)}`;
    } catch {
      if (!(await container.inspect()).State.Running) break;
    }
    await sleep(10);
  }
  // Eight bytes before each line are the engine's own.
  const log = (await container.logs({ stdout: true, stderr: true, tail: 30 })).toString().replace(/[^\P{Cc}\n]/gu, "");
  throw new Error(`${url} never answered 200: ${said}\n${log}`);
};

/**
 * One request on a connection of its own. Not fetch: where Docker's proxy takes a connection and drops it, because
 * nobody listens behind it yet, fetch of Node 20 can wait for ever.
 */
const ask = ({ url, headers }: { url: string; headers: Record<string, string> }) =>
  new Promise<{ status: number; body: string }>((resolve, reject) => {
    const request = get(url, { headers, agent: false, timeout: 5000 }, (answer) => {
      let body = "";
      answer.setEncoding("utf8").on("data", (piece: string) => (body += piece));
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, body }));
      answer.on("error", reject);
    });
    request.on("timeout", () => request.destroy(new Error("no answer in 5 s")));
    request.on("error", reject);
    request.on("close", () => reject(new Error("the connection was closed")));
  });

const isService = ({ Config }: Container): boolean => Config.Env.some((line) => line.startsWith("SERVICENAME="));

/** What the program called an image, `fleet/leads:production-...`, and the folder that it is made of. */
export const imageOf = (tags: readonly string[]): { tag: string; image: string } => {
  const found = tags.map((tag) => /^fleet\/([a-z]+):production-/.exec(tag)).find((match) => match !== null);
  if (!found) throw new Error(`no production image among ${tags.join(", ")}`);
  return { tag: found.input, image: found[1] ?? "" };
};
