import type Docker from "dockerode";
import { readdirSync } from "node:fs";
import { resolve } from "node:path";
import { Writable } from "node:stream";
import { followed } from "../../docker/progress";
import { execCaptured } from "../../docker/exec";
import { eventually } from "../e2e/project";

/** What test/fuzz/fuzz.py found: `failures` by method, path and status. */
export type Report = {
  requests: number;
  statuses: Record<string, number>;
  failures: Record<string, { times: number; first: string }>;
};

type Fuzzing = {
  docker: Docker;
  /** A running web service's container; what is asked is its twin. */
  container: string;
  port: number;
  debug: boolean;
  seed: number;
  /** Of the API: half made from its document, half by hand. */
  requests: number;
  /** Of the back office and the probes. */
  pages: number;
};

const FOLDER = resolve("test/fuzz");
const IMAGE = "fleet-fuzz";

/**
 * Asks a twin of a web service, with the same image, databases (`fillTestData` comes first) and limits, and without limits
 * on how often.
 */
export const fuzz = async ({ docker, container, port, debug, seed, requests, pages }: Fuzzing): Promise<Report> => {
  const twin = await startTwin({ docker, container, debug });
  try {
    const inTwin = async (...command: string[]) => {
      const { code, output, stdout } = await execCaptured({ docker, container: twin.name, command });
      if (code !== 0) throw new Error(`${command.slice(0, 3).join(" ")} in ${twin.name}:\n${output}`);
      return stdout;
    };
    await eventually(
      () => inTwin("python", "-m", "chassis.healthcheck"),
      () => true,
      300,
    );
    const shown = await inTwin("python", "manage.py", "shell", "--verbosity=0", "-c", LOGIN);
    // A pool of connections logs on the same stream when the process ends.
    const login = shown.split("\n").find((line) => line.startsWith('{"session"')) ?? "";
    const { session, token } = JSON.parse(login) as { session: string; token: string };
    return await ask({
      ...{ docker, network: twin.network, name: `${twin.name}_client` },
      args: [
        ...["--url", `http://${twin.name}:${port}`, "--session", session, ...(token ? ["--token", token] : [])],
        ...["--seed", String(seed), "--requests", String(requests), "--pages", String(pages)],
      ],
    });
  } finally {
    await docker.getContainer(twin.name).remove({ force: true, v: true });
  }
};

/** Gives a web service something to be asked about; only the development image can (Faker makes its data). */
export const fillTestData = async ({ docker, container }: Pick<Fuzzing, "docker" | "container">): Promise<void> => {
  const command = ["python", "manage.py", "create_test_data"];
  const { code, output } = await execCaptured({ docker, container, command });
  if (code !== 0) throw new Error(`create_test_data in ${container}:\n${output}`);
};

/** Builds the image of what asks, if it has changed. */
export const buildFuzzImage = async (docker: Docker): Promise<void> => {
  const IMAGE_PREFIX = process.env["FLEET_IMAGE_PREFIX"] ?? "";
  const building = await docker.buildImage(
    { context: FOLDER, src: readdirSync(FOLDER) },
    { t: IMAGE, buildargs: { IMAGE_PREFIX } },
  );
  await followed(docker, building);
};

const startTwin = async ({ docker, container, debug }: Pick<Fuzzing, "docker" | "container" | "debug">) => {
  const { Config, HostConfig, NetworkSettings } = await docker.getContainer(container).inspect();
  const [network, ...others] = Object.keys(NetworkSettings.Networks);
  if (network === undefined) throw new Error(`${container} is in no network`);
  const name = `${container}_fuzz`;
  const changed = { DEBUG: debug ? "True" : "False", LEADS_CREATE_RATE: "1000000/second" };
  const kept = Config.Env.filter((line) => !(line.split("=")[0]! in changed));
  await docker.createContainer({
    name,
    ...{ Image: Config.Image, Cmd: Config.Cmd, Entrypoint: Config.Entrypoint, User: Config.User },
    Env: [...kept, ...Object.entries(changed).map(([variable, value]) => `${variable}=${value}`)],
    // Whoever takes the stack away takes it too.
    Labels: { "dev.fleet.stack": Config.Labels["dev.fleet.stack"] ?? "" },
    HostConfig: { ...HostConfig, PortBindings: {}, RestartPolicy: { Name: "no" }, NetworkMode: network },
  });
  for (const other of others) await docker.getNetwork(other).connect({ Container: name });
  await docker.getContainer(name).start();
  return { name, network };
};

type Asking = { docker: Docker; network: string; name: string; args: string[] };

const ask = async ({ docker, network, name, args }: Asking): Promise<Report> => {
  const pieces: Buffer[] = [];
  const output = new Writable({ write: (piece: Buffer, _encoding, done) => (pieces.push(piece), done()) });
  // On a terminal its output comes as it is, without Docker's frames.
  const options = { name, Tty: true, HostConfig: { NetworkMode: network, AutoRemove: true } };
  const [{ StatusCode }] = (await docker.run(IMAGE, args, output, options)) as [{ StatusCode: number }];
  const printed = Buffer.concat(pieces).toString();
  const report = printed.split("\n").find((line) => line.startsWith('{"requests"'));
  if (StatusCode !== 0 || report === undefined)
    throw new Error(`fuzz.py ended with ${StatusCode}:\n${printed.slice(-3000)}`);
  return JSON.parse(report) as Report;
};

/** Failures in lines that fit on a screen. */
export const told = ({ failures }: Report): string =>
  Object.entries(failures)
    .map(([kind, { times, first }]) => `${times} x ${kind}\n    ${first}`)
    .join("\n");

/** A session of the back office and, where the API knows tokens, one of those; the user can log in no other way. */
const LOGIN = `
import json
from django.apps import apps
from django.contrib.auth import get_user_model
from django.test import Client
rights = {"is_staff": True, "is_superuser": True}
user, _ = get_user_model().objects.get_or_create(username="fuzz", defaults=rights)
client = Client()
client.force_login(user)
tokens = apps.get_model("authtoken", "Token") if apps.is_installed("rest_framework.authtoken") else None
token = tokens.objects.get_or_create(user=user)[0].key if tokens else ""
print(json.dumps({"session": client.cookies["sessionid"].value, "token": token}))
`;
