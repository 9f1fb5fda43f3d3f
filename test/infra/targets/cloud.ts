import * as pulumi from "@pulumi/pulumi";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { ROLL_OUT_VARIABLE, type RollOut } from "../../../infra/plan/roll-out";
import type { Catalogue } from "../../../infra/catalogue";
import type { CloudSettings } from "../../../infra/settings/cloud";
import type { Settings } from "../../../infra/settings/schema";
import type { Outputs } from "../../../infra/outputs";
import { prepare } from "../../../infra/targets/gcp";
import type { Backups } from "../../../infra/targets/gcp/backups";
import type { JobRunner } from "../../../infra/targets/gcp/google";
import { inventoryOf, type Asked } from "../../inventory";
import { cloud, cloudPlan, cloudSettings, made, specified } from "../example";

export const SERVICE = "gcp:cloudrunv2/service:Service";
export const JOB = "gcp:cloudrunv2/job:Job";
export const POOL = "gcp:cloudrunv2/workerPool:WorkerPool";
export const INSTANCE = "gcp:sql/databaseInstance:DatabaseInstance";
export const SQL_USER = "gcp:sql/user:User";
export const INVOKER = "gcp:cloudrunv2/serviceIamMember:ServiceIamMember";
export const ACCESSOR = "gcp:secretmanager/secretIamMember:SecretIamMember";
export const SECRET_VERSION = "gcp:secretmanager/secretVersion:SecretVersion";

/** The resources of one type. */
export const ofType = (asked: readonly Asked[], type: string): Asked[] =>
  asked.filter((resource) => resource.type === type);

/** Jobs that succeed at once, and what they were asked to run for. */
export const recordingRunner = (failures: Readonly<Record<string, string>> = {}) => {
  const runs: { job: string; generation: string }[] = [];
  const runner: JobRunner = {
    run: ({ job, generation }) => {
      runs.push({ job, generation });
      return Promise.resolve(failures[job]);
    },
  };
  return { runner, runs };
};

/** A machine with the official plugin, and Docker's own config. */
export const machine = (): NodeJS.ProcessEnv => {
  const folder = mkdtempSync(join(tmpdir(), "fleet-machine-"));
  writeFileSync(join(folder, "config.json"), "{}");
  return { DOCKER_CONFIG: folder, PULUMI_HOME: folder };
};

/** What a cloud stack asks for under mocks. */
export const askedOfGoogle = ({
  settings = {},
  cloud: change = {},
  runner = recordingRunner().runner,
  backups = { take: () => Promise.resolve() },
  catalogue = specified,
  seen = () => undefined,
  servicesFolder = resolve("services"),
  deployed = [],
  state = {},
  rollOut,
  isPreview = false,
}: {
  /** The outputs of Cloud SQL instances that the stack has. */
  deployed?: readonly object[];
  /** Other resources that the stack has, by URN. */
  state?: Readonly<Record<string, { type: string; outputs: object }>>;
  /** What ./fleet deploy asks of the update. */
  rollOut?: RollOut;
  isPreview?: boolean;
  servicesFolder?: string;
  catalogue?: Catalogue;
  settings?: Partial<Settings>;
  cloud?: Partial<CloudSettings>;
  runner?: JobRunner;
  backups?: Backups;
  /** Is given the stack's outputs. */
  seen?: (outputs: Outputs) => void;
} = {}): Promise<Asked[]> => {
  const all = { ...cloudSettings, ...settings };
  const plan = cloudPlan(catalogue, { ...all, cloud: { ...(all.cloud ?? cloud), ...change } });
  const given = Object.fromEntries(all.secrets.map((name) => [name, pulumi.secret(`given ${name}`)]));
  const env = { ...machine(), ...(rollOut && { [ROLL_OUT_VARIABLE]: JSON.stringify(rollOut) }) };
  const servers = Object.fromEntries(
    deployed.map((outputs, index) => [`server-${index}`, { type: INSTANCE, outputs }]),
  );
  return inventoryOf(
    async () => seen(await made(prepare({ plan, secretValues: given, servicesFolder, runner, backups, env }))),
    { stateOf, stack: "prod", preview: isPreview, call: () => ({ outputs: { ...servers, ...state } }) },
  );
};

/** An authority, and the one that follows it. */
const authorities = ["one", "next"].map((name) => ({ cert: `-----BEGIN CERTIFICATE-----\n${name}` }));

/** What Google would say of a resource that it has made. */
export const stateOf = ({ type, name, inputs }: Asked): Record<string, unknown> => {
  switch (type) {
    case "gcp:serviceaccount/account:Account": {
      const email = `${inputs["accountId"]}@${inputs["project"]}.iam.gserviceaccount.com`;
      return { email, member: `serviceAccount:${email}` };
    }
    case "gcp:monitoring/notificationChannel:NotificationChannel":
      return { name: `projects/${inputs["project"]}/notificationChannels/7` };
    case "gcp:secretmanager/secretVersion:SecretVersion":
      return { version: "7" };
    case SERVICE:
      return { uri: `https://${inputs["name"]}.run.app`, latestReadyRevision: `${inputs["name"]}-00001` };
    case JOB:
      return { etag: "made" };
    case "docker:index/registryImage:RegistryImage":
      return { sha256Digest: `sha256:${name}` };
    case "gcp:redis/instance:Instance":
      return { host: "10.0.0.3", port: 6379, authString: "redis-password", serverCaCerts: authorities };
    default:
      return {};
  }
};

export type Variable = {
  name: string;
  value?: string;
  valueSource?: { secretKeyRef: { secret: string; version: string } };
};

/** The one container of a service, pool or job. */
export const containerOf = ({ type, inputs }: Asked): Record<string, any> => {
  const { template } = inputs;
  return (type === JOB ? template.template : template).containers[0];
};

/** Its environment by name. */
export const envOf = (asked: Asked): Record<string, Variable> =>
  Object.fromEntries((containerOf(asked)["envs"] as Variable[]).map((variable) => [variable.name, variable]));
