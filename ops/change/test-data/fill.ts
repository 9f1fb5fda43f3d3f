import { existsSync } from "node:fs";
import path from "node:path";
import type Docker from "dockerode";
import { buildImage } from "../../../docker/build";
import { connect, engineHost } from "../../../docker/connect";
import { followed } from "../../../docker/progress";
import { imageReference, PYTHON_IMAGE } from "../../../infra/targets/base-image";
import { registryLogin } from "../../../rehearsal/access";
import { accessTokenFor } from "../../../infra/targets/gcp/google";
import { runInCloud } from "../../django/manage/cloud";
import { resourceIn } from "../../django/manage/deployed";
import { connectGoogle } from "../../django/manage/google";
import type { State } from "../../stack/checkpoint";
import { readPublished } from "../../stack/published";
import type { Session } from "../../start/set-up";
import { tell } from "../../terminal/phase";
import { wasInterrupted } from "../../terminal/processes";

/** Of each web service ("leads/web"), how its databases were filled, or why they were not. */
export type Filled = Record<string, { times: number } | { why: string }>;

type Filling = {
  session: Pick<Session, "stack" | "env">;
  /** The state of its stack. */
  state: State;
  /** `gcp:accessToken` of its config. */
  accessToken: string | undefined;
  pauseMs: number;
  /** The root of the checkout whose services run. */
  folder: string;
  /** How often each service's create_test_data runs. */
  times: number;
};

/**
 * Fills the databases of a cloud stack that holds nothing of anybody's with test data: each web service's own `create_test_data`,
 * by a job like the service. It needs packages that a production image does not have; an image with both exists in the registry
 * of rehearsals and of reviews alone.
 */
export const fillWithTestData = async ({ times, ...of }: Filling): Promise<Filled> => {
  if (times === 0) return {};
  const docker = await connect(engineHost());
  const { stack } = of.session;
  const { plan } = readPublished({ stack: stack.name, state: of.state });
  const filled: Filled = {};
  for (const { id, system, name, container, image } of plan.services.filter(({ kind }) => kind === "web")) {
    if (wasInterrupted()) break;
    const step = fill({ ...of, docker, times, service: { system, name, container, image } });
    filled[id] = await step.then(
      () => ({ times }),
      ({ message }: Error) => ({ why: message }),
    );
  }
  return filled;
};

type Service = { system: string; name: string; container: string; image: string };
type OfService = Filling & { docker: Docker; service: Service };

/** Django's own words. */
const UNKNOWN = /Unknown command: 'create_test_data'/;

const fill = async (of: OfService): Promise<void> => {
  const { session, state, service, times, accessToken, pauseMs } = of;
  if (!existsSync(lockOf(of))) throw new Error(`its tests have no lock ${path.relative(of.folder, lockOf(of))}`);
  const image = await pushed(of);
  const lines: string[] = [];
  const resource = resourceIn(state, service, session.stack.name);
  const { exitCode, failure } = await runInCloud({
    google: connectGoogle({ accessToken, env: session.env, pauseMs }),
    stack: session.stack.name,
    ...{ service: { ...service, resource }, image, words: ["shell", "--verbosity", "0", "--command", program(times)] },
    show: (line) => void lines.push(line),
    report: tell("test data"),
  });
  if (exitCode === 0) return;
  if (UNKNOWN.test(lines.join("\n"))) throw new Error("it has no command create_test_data");
  throw new Error(`create_test_data failed: ${lines.at(-1) ?? failure ?? `exit code ${exitCode}`}`);
};

/** Every run has a seed of its own: the same one makes the same data. */
const program = (times: number): string => `
from django.core.management import call_command
for seed in range(1, ${times} + 1):
    call_command("create_test_data", seed=seed, verbosity=0)
`;

const lockOf = ({ folder, service }: OfService): string =>
  path.join(folder, "services", service.image, "requirements", "test.txt");

/** The service's image with the packages of its tests, in the stack's registry. Resolves to its reference by digest. */
const pushed = async (of: OfService): Promise<string> => {
  const { docker, session, state, service } = of;
  const built = imageIn(state, service.image);
  const [repository = ""] = built.deployed.split("@");
  const name = `${repository}:test-data`;
  await build({ ...of, name, production: built.name });
  const authconfig = registryLogin(await accessTokenFor({ ...of, env: session.env }));
  const told = await followed(docker, await docker.getImage(name).push({ authconfig }));
  const digest = told.map((line) => (line as { aux?: { Digest?: string } }).aux?.Digest).find(Boolean);
  // Only the registry's own copy is used.
  await docker.getImage(name).remove();
  if (digest === undefined) throw new Error(`the registry told no digest of ${name}`);
  return `${repository}@${digest}`;
};

/** The names of a service's production image: the engine's own, and in the registry. */
const imageIn = ({ resources }: State, folder: string): { name: string; deployed: string } => {
  const text = (value: unknown): string => (typeof value === "string" ? value : "");
  const at = (type: string, of: string) => resources.filter((each) => each.type === type && each.urn.endsWith(of));
  const [image] = at("docker:index/remoteImage:RemoteImage", `::${folder}`);
  const [latest] = at("docker:index/registryImage:RegistryImage", `::${folder}-latest`);
  const name = text(image?.outputs?.["name"]);
  const deployed = text(latest?.outputs?.["name"]).replace(/:[^:/]*$/, "");
  if (name === "" || deployed === "") throw new Error("the stack's state does not name its image");
  return { name, deployed };
};

const DOCKERFILE = "ops/change/test-data/Dockerfile";

const build = async (of: OfService & { name: string; production: string }): Promise<void> => {
  const { docker, session, folder, name, production } = of;
  const files = {
    Dockerfile: DOCKERFILE,
    "requirements.txt": lockOf(of),
    "egress.sh": path.join(folder, "services", "egress.sh"),
  };
  const BASE = imageReference({ image: PYTHON_IMAGE, prefix: session.env["FLEET_IMAGE_PREFIX"] ?? "" });
  const buildargs = { BASE, IMAGE: production };
  await buildImage({ docker, name, files, dockerfile: "Dockerfile", buildargs, platform: "linux/amd64" });
};
