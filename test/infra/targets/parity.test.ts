import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { resolve } from "node:path";
import { catalogue } from "../../../infra/catalogue";
import type { System } from "../../../infra/catalogue/vocabulary";
import { exceptions, type Exception } from "./exceptions";
import { prepare } from "../../../infra/targets/local";
import { inventoryOf, one, type Asked } from "../../inventory";
import { cloudPlan, everySystem, localPlan, made, settings } from "../example";
import { askedOfGoogle, containerOf, envOf, JOB, POOL, SERVICE } from "./cloud";

/** What a service is, told in the same words for both targets. */
type Contract = {
  variables: string[];
  secrets: string[];
  command: string[] | undefined;
  port: number | undefined;
  healthPath: string | undefined;
  /** The port at which a process without requests says that it works. */
  heartbeat: string | undefined;
  image: string;
  volumes: string[];
};

const CONTAINER = "docker:index/container:Container";

const inDocker = ({ inputs }: Asked, asked: readonly Asked[]): Contract => {
  const pairs = (inputs["envs"].secret ?? inputs["envs"]) as string[];
  const variables = pairs.map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)] as const);
  const image = asked.find(({ name, type }) => type.endsWith("RemoteImage") && `sha256:${name}` === inputs["image"]);
  const tests: string[] = inputs["healthcheck"].tests;
  return {
    variables: variables.map(([name]) => name),
    secrets: variables.filter(([, value]) => /random(%20| )of|given(%20| )/.test(value)).map(([name]) => name),
    command: inputs["command"],
    port: inputs["ports"]?.[0]?.internal,
    healthPath: tests.includes("chassis.healthcheck") ? tests.at(-1) : undefined,
    // The path makes no difference to a heartbeat, whose port the variable gives in both targets.
    heartbeat: tests.includes("chassis.heartbeat") ? Object.fromEntries(variables)["HEARTBEAT_PORT"] : undefined,
    image: `${image?.name} ${image?.inputs["build"].target}`,
    volumes: inputs["volumes"].flatMap(
      ({ volumeName = "" }: { volumeName?: string }) => /_([a-z]+)_data$/.exec(volumeName)?.[1] ?? [],
    ),
  };
};

const inGoogle = (asked: Asked, all: readonly Asked[]): Contract => {
  const container = containerOf(asked);
  const env = Object.values(envOf(asked));
  const folder = /\/([a-z]+)@sha256:/.exec(container["image"])?.[1];
  const image = all.find(({ name, type }) => type.endsWith("RemoteImage") && name === folder);
  return {
    variables: env.map(({ name }) => name),
    secrets: env.filter(({ valueSource }) => valueSource !== undefined).map(({ name }) => name),
    command: container["args"],
    port: container["ports"]?.containerPort,
    healthPath: container["ports"] ? container["startupProbe"].httpGet.path : undefined,
    heartbeat: container["ports"] ? undefined : container["livenessProbe"]?.httpGet.port.toString(),
    image: `${image?.name} ${image?.inputs["build"].target}`,
    volumes: [],
  };
};

describe("the two targets", () => {
  const used = new Set<Exception>();
  let docker: Asked[];
  let google: Asked[];
  // Both are given the secrets that a stack may do without.
  const secrets = Object.entries<System>(catalogue).flatMap(([system, { secrets }]) =>
    Object.entries(secrets).flatMap(([name, spec]) => ("optional" in spec ? [`${system}-${name}`] : [])),
  );
  const everything = { ...everySystem, secrets: [...everySystem.secrets, ...secrets] };
  const plan = cloudPlan(catalogue, { ...everything, stack: "prod" });

  before(async () => {
    const onLaptop = localPlan(catalogue, { ...settings, mariadb: true, secrets });
    const engine = { id: "engine", containers: [], volumes: [], takenPorts: new Map<number, string>() };
    const open = (): Promise<void> => Promise.resolve();
    const gates = { datastore: open, service: open };
    // Values that are found again in the environments: those made of the seed look like anything.
    const secretValues = Object.fromEntries(
      [...onLaptop.secrets.keys()].map((name) => [name, pulumi.secret(`given of ${name}`)]),
    );
    docker = await inventoryOf(() =>
      made(prepare({ plan: onLaptop, secretValues, servicesFolder: resolve("services"), engine, gates })),
    );
    google = await askedOfGoogle({ catalogue, settings: everything });
  });

  /** Names that one target alone has, less those with a written exception. */
  const unexplained = (what: Exception["what"], onLaptop: string[], inCloud: string[]): string[] => {
    const only = (side: Exception["only"], names: string[], others: string[]): string[] =>
      names
        .filter((name) => !others.includes(name))
        .filter((name) => {
          const exception = exceptions.find((e) => e.what === what && e.name === name && e.only === side);
          if (exception) used.add(exception);
          return exception === undefined;
        })
        .map((name) => `${name} only in ${side}`);
    return [...only("local", onLaptop, inCloud), ...only("gcp", inCloud, onLaptop)];
  };

  for (const { id, kind } of plan.services.values())
    it(`agree about ${id}`, () => {
      const name = id.replace("/", "-");
      const a = inDocker(one(docker, name, CONTAINER), docker);
      const resource = { web: SERVICE, worker: POOL, scheduler: POOL, job: JOB, scheduled: JOB }[kind];
      const b = inGoogle(one(google, name, resource), google);
      expect(unexplained("variable", a.variables, b.variables)).to.deep.equal([]);
      expect(unexplained("secret", a.secrets, b.secrets)).to.deep.equal([]);
      expect(unexplained("volume", a.volumes, b.volumes)).to.deep.equal([]);
      const told = ({ command, port, healthPath, heartbeat, image }: Contract) =>
        ({ command, port, healthPath, heartbeat, image }) satisfies Partial<Contract>;
      // Nobody asks a job of Cloud Run whether it works: it ends.
      expect(told(b)).to.deep.equal({ ...told(a), ...(kind === "scheduled" && { heartbeat: undefined }) });
    });

  it("differ in nothing that is written down and not so", () => {
    const shown = exceptions.filter(({ what }) => ["variable", "secret", "volume"].includes(what));
    expect(shown.filter((exception) => !used.has(exception)).map(({ name }) => name)).to.deep.equal([]);
  });
});
