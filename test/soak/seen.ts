import type Docker from "dockerode";
import { execCaptured } from "../../docker/exec";
import { RECORD_NAMES } from "../../infra/plan/published";
import { logicalName } from "../../ops/stack/checkpoint";
import { ARCHIVE_PASSWORD, CALLS_PASSWORD, LEADS_PASSWORD, type Model } from "./edits";
import type { SoakStack } from "./stack";

/** What can be seen of a model on the engine, in the state and in the databases. */
type Seen = Readonly<Record<string, unknown>>;

/** What has to be seen once the model is applied. */
export const expectedOf = (model: Model): Seen => {
  const leads = model.systems.includes("leads");
  const calls = model.systems.includes("callcenter");
  const web = `leads_soak_${model.rename === "service" ? "front" : "web"}`;
  const server = `leads_soak_${model.rename === "server" ? "store" : "postgres"}`;
  const redis = `leads_soak_${model.rename === "redis" ? "cache" : "redis"}`;
  return {
    running: [
      ...(leads ? [web, server, redis] : []),
      ...(calls ? ["callcenter_soak_web", "callcenter_soak_db_postgres"] : []),
      ...(calls && model.mariadb ? ["callcenter_soak_db_mariadb"] : []),
    ].sort(),
    title: model.title,
    ...(leads && {
      [web]: {
        label: model.webDescription,
        memory: model.webMemory,
        cpu: model.webCpu,
        variable: model.variable,
        code: model.code,
        port: model.webPort + model.portOffset,
        interval: model.interval,
        processes: String(model.processes),
        mountsFiles: model.volume,
        mountsCode: model.hotReload,
        network: model.network,
      },
      [server]: {
        label: model.serverDescription,
        memory: model.serverMemory,
        port: model.serverPort + model.portOffset,
        tag: model.postgresVersion,
        takes: model.passwords[LEADS_PASSWORD],
      },
      [redis]: { memory: model.redisMemory, tag: model.redisVersion },
    }),
    ...(calls && {
      callcenter: { joins: model.joins && leads, takes: model.passwords[CALLS_PASSWORD] },
      ...(model.mariadb && {
        callcenter_soak_db_mariadb: { tag: model.mariadbVersion, takes: model.passwords[ARCHIVE_PASSWORD] },
      }),
    }),
  };
};

/** What is seen, in the shape of what is expected: of a password whether it is taken. */
export const seen = async (stack: SoakStack, model: Model): Promise<Seen> => {
  const { docker } = stack.machine;
  const running = (await docker.listContainers()).map(({ Names }) => (Names[0] ?? "").slice(1)).sort();
  const wanted = expectedOf(model);
  const parts = Object.keys(wanted).filter((name) => name.includes("_soak_") && running.includes(name));
  const looked = await Promise.all(
    parts.map(async (name) => [name, await look({ stack, docker, name, model })] as const),
  );
  return {
    running,
    title: titleIn(stack),
    ...Object.fromEntries(looked),
    ...(running.includes("callcenter_soak_web") && { callcenter: await callcenter({ stack, docker, model }) }),
  };
};

type Look = { stack: SoakStack; docker: Docker; name: string; model: Model };

const look = async ({ stack, docker, name, model }: Look): Promise<Seen> => {
  const found = await docker.getContainer(name).inspect();
  const { Config, HostConfig, Mounts, NetworkSettings } = found;
  const env = (key: string): string | undefined =>
    Config.Env.find((line) => line.startsWith(`${key}=`))?.slice(key.length + 1);
  const bindings = Object.values((HostConfig.PortBindings ?? {}) as Record<string, { HostPort: string }[]>).flat();
  const memory = (HostConfig.Memory ?? 0) >> 20;
  const port = Number(bindings[0]?.HostPort);
  const label = Config.Labels["com.leads.description"];
  if (/_(web|front)$/.test(name)) {
    const source = await execCaptured({ docker, container: name, command: ["tail", "-n", "1", "/srv/app/manage.py"] });
    return {
      ...{ label, memory, port, cpu: (HostConfig.NanoCpus ?? 0) / 1e9, variable: env("SOAK") },
      code: /^# soak: (.*)$/.exec(source.stdout.trim())?.[1],
      interval: (Config.Healthcheck?.Interval ?? 0) / 1e9,
      processes: env("GUNICORN_WORKERS"),
      mountsFiles: Mounts.some(({ Destination }) => Destination === "/srv/files"),
      mountsCode: Mounts.some(({ Destination }) => Destination === "/srv/app"),
      network: Object.keys(NetworkSettings.Networks)
        .find((each) => each !== "leads_soak_network")
        ?.replace("leads_soak_", ""),
    };
  }
  const tag = await tagOf(docker, found.Image, name);
  if (/_(redis|cache)$/.test(name)) return { memory, tag };
  if (name.endsWith("mariadb"))
    return { tag, takes: await taken({ stack, name, password: model.passwords[ARCHIVE_PASSWORD] }) };
  return { label, memory, port, tag, takes: await taken({ stack, name, password: model.passwords[LEADS_PASSWORD] }) };
};

const callcenter = async ({ stack, docker, model }: Omit<Look, "name">): Promise<Seen> => {
  const { NetworkSettings } = await docker.getContainer("callcenter_soak_web").inspect();
  const name = "callcenter_soak_db_postgres";
  return {
    joins: `leads_soak_${model.network}` in NetworkSettings.Networks,
    takes: await taken({ stack, name, password: model.passwords[CALLS_PASSWORD] }),
  };
};

/** Images of the soak's own minor version carry it as a label; the rest are those of the major version. */
const tagOf = async (docker: Docker, image: string, name: string): Promise<string> => {
  const { Config } = await docker.getImage(image).inspect();
  const major = /redis|cache/.test(name) ? "7" : name.endsWith("mariadb") ? "11" : "15";
  return Config.Labels?.["soak"] ?? major;
};

type Password = { stack: SoakStack; name: string; password: string | undefined };

/** The password, where the server takes it from a client in its network and refuses another. */
const taken = async ({ stack, name, password = "" }: Password): Promise<string> => {
  const { docker } = stack.machine;
  const { datastores } = await stack.running();
  const datastore = datastores.find(({ container }) => container === name);
  const [database] = datastore?.databases ?? [];
  if (!datastore || !database) return `${name} has no database`;
  const client =
    datastore.engine === "mariadb"
      ? `MYSQL_PWD="$PASSWORD" mariadb -h "$(hostname -i)" -u ${database.user} -N -e "SELECT 1" ${database.name}`
      : `PGPASSWORD="$PASSWORD" psql -h "$(hostname -i)" -U ${database.user} -d ${database.name} -tAc "SELECT 1"`;
  const asks = async (value: string): Promise<boolean> => {
    const env = [`PASSWORD=${value}`];
    const { stdout } = await execCaptured({ docker, container: name, command: ["sh", "-c", client], env });
    return stdout.trim() === "1";
  };
  if (await asks(`not ${password}`)) return "any password";
  return (await asks(password)) ? password : "another password";
};

const titleIn = ({ state }: SoakStack): unknown => {
  const record = state.resources.find(({ urn }) => logicalName(urn) === RECORD_NAMES.applied)?.inputs?.["plan"];
  const { systems = [] } = (record ?? {}) as { systems?: { name: string; title: string }[] };
  return systems.find(({ name }) => name === "leads")?.title;
};
