import { imageReference } from "../../infra/targets/base-image";
import { datastoreImage } from "../../infra/targets/local/images";
import type { Realise } from "../realise";
import type { ServerCertificate } from "./certificates";
import * as containers from "./containers";
import { keepServer } from "./kept-server";
import { ensureVpc } from "./vpc";

/** A Memorystore instance, as far as this machine makes it real. */
export type RedisSpec = {
  /** The instance's name, without project and location. */
  instance: string;
  /** "7" */
  version: string;
  /** The short name of its VPC network, and its address there. */
  vpc: string;
  address: string;
  memoryGb: number;
  /** The settings that the instance has by `redisConfigs`. */
  configs: Record<string, string>;
  /** Absent without AUTH. */
  password: string | undefined;
  /** Absent without TLS. */
  certificate: ServerCertificate | undefined;
};

export const PLAIN_PORT = 6379;
/** https://cloud.google.com/memorystore/docs/redis/in-transit-encryption */
export const TLS_PORT = 6378;

const READY_SECONDS = 60;
const GRACE_SECONDS = 10;
const FOLDER = "/run/fleet";

/**
 * Makes the server run as it is asked for, on the data that it has, at its address in the VPC network.
 * @throws Error with the server's last words where it does not start
 */
export const ensureRedis = async (realise: Realise, spec: RedisSpec): Promise<void> => {
  const { network } = await ensureVpc(realise, spec.vpc);
  await containers.ensureVolume(realise, volumeOf(realise, spec.instance));
  const tls = ["--tls", "--cacert", `${FOLDER}/ca.pem`, "-p", String(TLS_PORT)];
  await keepServer(realise, {
    container: containerSpec(realise, { spec, network }),
    asked: askedOf(spec),
    graceSeconds: GRACE_SECONDS,
    patienceSeconds: READY_SECONDS,
    readyCommand: ["redis-cli", ...(spec.certificate ? tls : []), "ping"],
    isReady: ({ stdout }) => stdout.trim() === "PONG",
    lastWords: (lines) => lines.slice(-3).join("\n"),
  });
};

/** Removes the server with its data. */
export const removeRedis = async (realise: Realise, instance: string): Promise<void> => {
  await containers.removeContainer(realise.docker, containerOf(realise, instance));
  await containers.removeVolume(realise.docker, volumeOf(realise, instance));
};

const askedOf = ({ password: _, certificate, ...spec }: RedisSpec): string =>
  JSON.stringify({ ...spec, certificate: certificate?.cert });

const containerOf = ({ prefix }: Realise, instance: string): string => `${prefix}-redis-${instance}`;
const volumeOf = ({ prefix }: Realise, instance: string): string => `${prefix}-redis-${instance}-data`;

/** The settings lie in memory; as root the image's own entrypoint gives the server a user of its own. */
const START = `umask 077
printf '%s\\n' "$CONFIG" > ${FOLDER}/redis.conf
printf '%s\\n' "$CERTIFICATE" > ${FOLDER}/cert.pem
printf '%s\\n' "$KEY" > ${FOLDER}/key.pem
printf '%s\\n' "$AUTHORITY" > ${FOLDER}/ca.pem
unset CONFIG KEY
chown -R redis ${FOLDER}
exec docker-entrypoint.sh redis-server ${FOLDER}/redis.conf`;

/** What nobody may do on Memorystore: https://cloud.google.com/memorystore/docs/redis/product-constraints */
const BLOCKED = ["bgrewriteaof", "bgsave", "config", "debug", "migrate", "module", "replicaof", "save", "shutdown"];

const configOf = ({ memoryGb, password, certificate, configs }: RedisSpec): string =>
  [
    "dir /data",
    "save 3600 1",
    `maxmemory ${memoryGb}gb`,
    "maxmemory-policy volatile-lru",
    ...BLOCKED.map((command) => `rename-command ${command} ""`),
    ...Object.entries(configs).map(([name, value]) => `${name} "${value}"`),
    ...(password === undefined ? [] : [`requirepass ${password}`]),
    ...(certificate
      ? [
          "port 0",
          `tls-port ${TLS_PORT}`,
          "tls-auth-clients no",
          ...[
            `tls-cert-file ${FOLDER}/cert.pem`,
            `tls-key-file ${FOLDER}/key.pem`,
            `tls-ca-cert-file ${FOLDER}/ca.pem`,
          ],
        ]
      : [`port ${PLAIN_PORT}`]),
  ].join("\n");

const containerSpec = (realise: Realise, { spec, network }: { spec: RedisSpec; network: string }) => {
  const { cert = "", key = "", authority = "" } = spec.certificate ?? {};
  return {
    name: containerOf(realise, spec.instance),
    Image: imageReference({
      image: datastoreImage({ engine: "redis", version: spec.version }),
      prefix: realise.imagePrefix,
    }),
    Entrypoint: ["sh", "-euc", START],
    Cmd: [],
    Env: containers.environment({
      ...{ CONFIG: configOf(spec), CERTIFICATE: cert, KEY: key, AUTHORITY: authority },
      // redis-cli signs in with it, in the readiness check: a password on its command line could be read by others.
      ...(spec.password !== undefined && { REDISCLI_AUTH: spec.password }),
      TZ: "UTC",
    }),
    NetworkingConfig: { EndpointsConfig: { [network]: { IPAMConfig: { IPv4Address: spec.address } } } },
    HostConfig: {
      NetworkMode: network,
      NanoCpus: 1e9,
      Memory: Math.round((spec.memoryGb + 0.5) * 2 ** 30),
      Tmpfs: { [FOLDER]: "mode=0700" },
      Mounts: [{ Type: "volume" as const, Source: volumeOf(realise, spec.instance), Target: "/data" }],
    },
  };
};
