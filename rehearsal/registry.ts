import httpProxy from "@fastify/http-proxy";
import { compare, hash } from "bcryptjs";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type Docker from "dockerode";
import { execCaptured } from "../docker/exec";
import { ABSENT, ignoring, UNCHANGED } from "../docker/refusals";
import { until } from "../docker/wait";
import { registryHeader, registryLogin } from "./access";
import type { Cloud } from "./api";
import type { Served } from "./control";
import { lastOf } from "./names";
import { ensureVolume, pullImage, removeContainer } from "./realise/containers";
import { registryOf } from "./realise/sweep";
import { REGISTRY_IMAGE } from "./registry-image";
import type { Report } from "./report";

const PORT = "5000/tcp";
const PATIENCE_MS = 30_000;
const STORAGE = "/var/lib/registry/docker/registry/v2/repositories";

type Machine = Pick<Cloud, "realise">;

const nameOf = ({ realise }: Machine): string => registryOf(realise);

/** Starts the image registry unless it runs, and resolves to its address on this machine. */
export const ensureRegistry = async (cloud: Machine): Promise<string> => {
  const { docker, token } = cloud.realise;
  const container = docker.getContainer(nameOf(cloud));
  const found = await ignoring([ABSENT], container.inspect());
  const isOurs = found !== undefined && (await asksFor(token, found));
  if (!isOurs) {
    // One of before asked nobody who they are; its images are in the volume.
    await removeContainer(docker, nameOf(cloud));
    await create(cloud);
  }
  if (!isOurs || !found.State.Running) await ignoring([UNCHANGED], container.start());
  const { NetworkSettings } = await container.inspect();
  const port = NetworkSettings.Ports[PORT]?.[0]?.HostPort;
  if (!port) throw new Error(`${nameOf(cloud)} publishes no port`);
  return ready(`http://127.0.0.1:${port}`, token);
};

const LOGIN = "FLEET_REGISTRY_LOGIN";

/** The registry's own file of log-ins takes bcrypt alone; a random token needs none of its slowness. */
const loginLine = async (token: string): Promise<string> => {
  const { username, password } = registryLogin(token);
  return `${username}:${await hash(password, 4)}`;
};

const asksFor = async (token: string, { Config }: Docker.ContainerInspectInfo): Promise<boolean> => {
  const line = Config.Env.find((entry) => entry.startsWith(`${LOGIN}=`));
  return line !== undefined && (await compare(token, line.slice(line.indexOf(":") + 1)));
};

/** Debian calls the program by another name. */
const SERVE = `printf '%s\\n' "$${LOGIN}" > /etc/docker/registry/htpasswd
exec "$(command -v registry || command -v docker-registry)" serve /etc/docker/registry/config.yml`;

/** Creates the registry's container. The engine may not have its image yet where official images can be pulled. */
const create = async ({ realise }: Machine): Promise<Docker.Container> => {
  const image = realise.imagePrefix + REGISTRY_IMAGE;
  await ensureVolume(realise, nameOf({ realise }));
  if (!(await ignoring([ABSENT], realise.docker.getImage(image).inspect()))) await pullImage(realise.docker, image);
  return realise.docker.createContainer({
    name: nameOf({ realise }),
    Image: image,
    Labels: realise.labels,
    Entrypoint: ["sh", "-euc", SERVE],
    Cmd: [],
    Env: [
      ...["REGISTRY_STORAGE_DELETE_ENABLED=true", "OTEL_TRACES_EXPORTER=none"],
      ...["REGISTRY_AUTH=htpasswd", "REGISTRY_AUTH_HTPASSWD_REALM=rehearsal"],
      "REGISTRY_AUTH_HTPASSWD_PATH=/etc/docker/registry/htpasswd",
      `${LOGIN}=${await loginLine(realise.token)}`,
    ],
    ExposedPorts: { [PORT]: {} },
    HostConfig: {
      Binds: [`${nameOf({ realise })}:/var/lib/registry`],
      PortBindings: { [PORT]: [{ HostIp: "127.0.0.1", HostPort: "" }] },
      RestartPolicy: { Name: "unless-stopped" },
    },
  });
};

const ready = async (address: string, token: string): Promise<string> => {
  const headers = registryHeader(token);
  const ask = async (): Promise<boolean> =>
    (await fetch(`${address}/v2/`, { headers }).catch(() => undefined))?.ok === true;
  if (await until({ ask, everyMs: 100, patienceMs: PATIENCE_MS })) return address;
  throw new Error(`the image registry does not answer at ${address}`);
};

/** Removes the images below `<project>/<repository>`. Their layers stay, as others may hold them too. */
export const deleteImages = async (cloud: Machine, repository: string): Promise<void> => {
  const { docker } = cloud.realise;
  const container = docker.getContainer(nameOf(cloud));
  if (!(await ignoring([ABSENT], container.inspect()))) return;
  await execCaptured({ docker, container: nameOf(cloud), command: ["rm", "-rf", `${STORAGE}/${repository}`] });
  // The registry keeps what it has seen in memory.
  await container.restart();
};

/**
 * The registry at the server's own address (`localhost:<port>/<project>/<repository>/<image>`), for repositories that
 * Artifact Registry has; Docker trusts a registry on loopback without TLS.
 */
export const addRegistry = (server: FastifyInstance, { cloud, report }: Served): void => {
  let upstream = "";
  // What the guard refuses is no use of the registry.
  const admitted = new WeakSet<FastifyRequest>();
  server.addHook("onResponse", (request, reply, done) => {
    if (admitted.has(request)) note(report, request, reply);
    done();
  });
  server.addHook("preHandler", async (request, reply) => {
    admitted.add(request);
    if (!hasRepository(cloud, request.url)) return reply.code(404).send(unknownName(request.url));
    // It is looked up each time, because a restart gives it another port.
    upstream = await ensureRegistry(cloud);
    return undefined;
  });
  void server.register(httpProxy, {
    upstream: "",
    prefix: "/v2",
    rewritePrefix: "/v2",
    replyOptions: {
      getUpstream: () => upstream,
      // The registry puts this host into the addresses of its answers.
      rewriteRequestHeaders: ({ headers: { host } }, { accept, ...headers }) => ({
        ...headers,
        ...(host && { host }),
        ...(accept && { accept: accept.replace(SCHEMA_1, SCHEMA_2) }),
        ...registryHeader(cloud.realise.token),
      }),
    },
  });
};

/**
 * The Docker plugin asks for the first when it got no answer for the second, and this registry would convert for it: to a
 * digest that nothing was pushed under. Artifact Registry has no first schema.
 */
const SCHEMA_1 = "application/vnd.docker.distribution.manifest.v1+prettyjws";
const SCHEMA_2 = "application/vnd.docker.distribution.manifest.v2+json";

const REPOSITORY = /^\/v2\/([^/]+)\/([^/]+)\/.+\/(?:blobs|manifests|tags|referrers)\//;

const hasRepository = ({ store, project }: Cloud, url: string): boolean => {
  if (/^\/v2\/?(?:$|\?)/.test(url)) return true;
  const [, id, repository] = REPOSITORY.exec(url) ?? [];
  return (
    id === project.id &&
    store
      .list<{ name: string; format: string }>("artifactregistry.repositories")
      .some(({ name, format }) => format === "DOCKER" && lastOf(name) === repository)
  );
};

const unknownName = (url: string): object => {
  const [, id = "", repository = ""] = /^\/v2\/([^/]+)\/([^/]+)/.exec(url) ?? [];
  return { errors: [{ code: "NAME_UNKNOWN", message: `Repository "${repository}" not found in project "${id}"` }] };
};

const note = (report: Report, { method, url }: FastifyRequest, { statusCode, elapsedTime }: FastifyReply): void => {
  const what = { api: "registry", verb: method, path: url.split("?")[0] ?? "", status: statusCode };
  report.add({ at: new Date().toISOString(), ms: Math.round(elapsedTime), ...what });
};
