import httpProxy from "@fastify/http-proxy";
import { compare, hash } from "bcryptjs";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type Docker from "dockerode";
import { execCaptured } from "../docker/exec";
import { hasImage, pull } from "../docker/pull";
import { ABSENT, ignoring, UNCHANGED } from "../docker/refusals";
import { until } from "../docker/wait";
import { imageReference } from "../infra/targets/base-image";
import { registryHeader, registryLogin, tokenOf } from "./access";
import type { Cloud } from "./api";
import { callerOf } from "./callers";
import type { Served } from "./control";
import { refusedTag } from "./immutable-tags";
import { lastOf } from "./names";
import { own } from "./own";
import { ensureVolume, removeContainer } from "./realise/containers";
import { keepAlive } from "./realise/instance";
import { registryOf } from "./realise/sweep";
import { REGISTRY_IMAGE } from "./registry-image";
import type { Report } from "./report";
import { demanded, lineage, type Demanded } from "./rights/demands";

const PORT = "5000/tcp";
const PATIENCE_MS = 30_000;
/** Where the registry keeps what was pushed. */
export const STORAGE = "/var/lib/registry/docker/registry/v2/repositories";

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
  const address = await ready(`http://127.0.0.1:${port}`, token);
  // Only one that starts is started again: any other would try for ever.
  if (!isOurs) await keepAlive(docker, nameOf(cloud));
  return address;
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
  const image = imageReference({ image: REGISTRY_IMAGE, prefix: realise.imagePrefix });
  await ensureVolume(realise, nameOf({ realise }));
  if (!(await hasImage(realise.docker, image))) await pull({ docker: realise.docker, image });
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
  // What the guard refuses is no use of the registry, and has no note.
  const notes = new WeakMap<FastifyRequest, Demanded>();
  server.addHook("onResponse", (request, reply, done) => {
    const note = notes.get(request);
    if (note) add({ report, request, reply, note });
    done();
  });
  server.addHook("preHandler", async (request, reply) => {
    const note: Demanded = {};
    notes.set(request, note);
    const repository = ROOT.test(request.url) ? undefined : repositoryIn(cloud, request.url);
    if (repository === undefined && !ROOT.test(request.url)) return reply.code(404).send(unknownName(request.url));
    if (repository !== undefined) askFor({ cloud, request, repository, note });
    if (note.denied !== undefined) return reply.code(403).send(refusal("DENIED", note.denied));
    // It is looked up each time, because a restart gives it another port.
    upstream = await ensureRegistry(cloud);
    const refused = repository === undefined ? undefined : await refusedTag({ cloud, request, repository, upstream });
    return refused === undefined ? undefined : reply.code(400).send(refusal("MANIFEST_INVALID", refused));
  });
  void server.register(httpProxy, {
    upstream: "",
    prefix: "/v2",
    rewritePrefix: "/v2",
    replyOptions: {
      getUpstream: () => upstream,
      retryDelay: ({ req, res, err, attempt, getDefaultDelay }) =>
        isRace(req.method, res, attempt) ? RACE_MS : getDefaultDelay(req, res, err, attempt),
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

const RACE_MS = 50;

/**
 * The registry empties a link before it writes it again: who reads an image under one tag while it is pushed under another
 * gets 500. It writes for milliseconds, and Artifact Registry answers no such thing.
 */
const isRace = (method: string | undefined, answer: { statusCode: number } | undefined, attempt: number): boolean =>
  answer?.statusCode === 500 && ["GET", "HEAD"].includes(method ?? "") && attempt < 10;

/**
 * The Docker plugin asks for the first when it got no answer for the second, and this registry would convert for it: to a
 * digest that nothing was pushed under. Artifact Registry has no first schema.
 */
const SCHEMA_1 = "application/vnd.docker.distribution.manifest.v1+prettyjws";
const SCHEMA_2 = "application/vnd.docker.distribution.manifest.v2+json";

const REPOSITORY = /^\/v2\/([^/]+)\/([^/]+)\/.+\/(?:blobs|manifests|tags|referrers)\//;

/** Where a client asks what the registry is. */
const ROOT = /^\/v2\/?(?:$|\?)/;

/** The full name of the repository that an address lies in. */
const repositoryIn = ({ store, project }: Cloud, url: string): string | undefined => {
  const [, id, repository] = REPOSITORY.exec(url) ?? [];
  const found = store
    .list<{ name: string; format: string }>("artifactregistry.repositories")
    .find(({ name, format }) => format === "DOCKER" && lastOf(name) === repository);
  return id === project.id ? found?.name : undefined;
};

/** https://cloud.google.com/artifact-registry/docs/access-control#permissions */
const PERMISSIONS: Record<string, string> = {
  GET: "downloadArtifacts",
  HEAD: "downloadArtifacts",
  DELETE: "deleteArtifacts",
};

type AskingFor = { cloud: Cloud; request: FastifyRequest; repository: string; note: Demanded };

/** Notes whether the caller may push or pull. */
const askFor = ({ cloud, request, repository, note }: AskingFor): void => {
  const caller = callerOf(tokenOf(request));
  const permission = `artifactregistry.repositories.${own(PERMISSIONS, request.method) ?? "uploadArtifacts"}`;
  const resources = lineage({ service: "artifactregistry.googleapis.com", name: repository, project: cloud.project });
  const told = `Permission "${permission}" denied on resource "${repository}" (or it may not exist)`;
  demanded({ grants: cloud.grants, caller, note }, { permission, resources, told });
};

const unknownName = (url: string): object => {
  const [, id = "", repository = ""] = /^\/v2\/([^/]+)\/([^/]+)/.exec(url) ?? [];
  return refusal("NAME_UNKNOWN", `Repository "${repository}" not found in project "${id}"`);
};

const refusal = (code: string, message: string): object => ({ errors: [{ code, message }] });

type Adding = { report: Report; request: FastifyRequest; reply: FastifyReply; note: Demanded };

const add = ({ report, request, reply, note }: Adding): void => {
  const { method, url } = request;
  const { statusCode, elapsedTime } = reply;
  const what = { api: "registry", verb: method, path: url.split("?")[0] ?? "", status: statusCode };
  const failure = statusCode >= 500 && { broken: true as const, message: "the image registry failed" };
  report.add({ at: new Date().toISOString(), ms: Math.round(elapsedTime), ...what, ...note, ...failure });
};
