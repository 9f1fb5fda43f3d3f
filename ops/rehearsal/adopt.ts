import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pulumiOrRefuse } from "../start/pulumi";
import type { Session } from "../start/set-up";
import type { Report } from "../terminal/phase";
import { logicalName, readState, type Operation } from "../stack/checkpoint";
import { inFleet } from "../stack/files";

type Inputs = Record<string, unknown>;

const regional =
  (collection: string, name: string) =>
  ({ project, location, region = location, [name]: id }: Inputs): string =>
    `projects/${String(project)}/locations/${String(region)}/${collection}/${String(id)}`;

/**
 * The id of what Google has under a name that it takes once only. Everything else can be made a second time (bindings,
 * APIs, users of a database, images, passwords), or is one more without harm (a version of a secret).
 */
export const IDS: Record<string, (inputs: Inputs) => string> = {
  "gcp:artifactregistry/repository:Repository": regional("repositories", "repositoryId"),
  "gcp:cloudrunv2/job:Job": regional("jobs", "name"),
  "gcp:cloudrunv2/service:Service": regional("services", "name"),
  "gcp:cloudrunv2/workerPool:WorkerPool": regional("workerPools", "name"),
  "gcp:cloudscheduler/job:Job": regional("jobs", "name"),
  "gcp:redis/instance:Instance": regional("instances", "name"),
  "gcp:secretmanager/secret:Secret": ({ project, secretId }) =>
    `projects/${String(project)}/secrets/${String(secretId)}`,
  "gcp:serviceaccount/account:Account": ({ project, accountId }) =>
    `projects/${String(project)}/serviceAccounts/${String(accountId)}@${String(project)}.iam.gserviceaccount.com`,
  "gcp:sql/database:Database": ({ project, instance, name }) =>
    `projects/${String(project)}/instances/${String(instance)}/databases/${String(name)}`,
  "gcp:sql/databaseInstance:DatabaseInstance": ({ project, name }) =>
    `projects/${String(project)}/instances/${String(name)}`,
};

type Exported = { deployment: { resources?: object[]; pending_operations?: Operation[] } };

/** An exported stack in which what was being made counts as made, and nothing is under way any more. */
export const adopted = <E extends Exported>(exported: E): E => {
  const { resources = [], pending_operations: pending = [], ...rest } = exported.deployment;
  const made = pending.flatMap(({ type, resource }) => {
    const idOf = IDS[resource.type];
    if (type !== "creating" || !idOf || !resource.inputs) return [];
    return [{ ...resource, id: idOf(resource.inputs), outputs: resource.inputs }];
  });
  return { ...exported, deployment: { ...rest, resources: [...resources, ...made] } };
};

/**
 * Adds to the state what a killed update was creating; a refresh then checks which of it exists, and drops the
 * rest. The next update goes on from there instead of failing on names that are taken.
 */
export const adoptPending = async ({ session, report }: { session: Session; report: Report }): Promise<void> => {
  const { stack } = session;
  // A state that is a file here is read without the CLI; any other one has to be asked for.
  if (readState(stack)?.pending.length === 0) return;
  const message = "what a killed update was making could not be adopted";
  const run = (...args: string[]): Promise<void> =>
    pulumiOrRefuse(session, { args, report, message, cure: `./fleet pulumi refresh --stack ${stack.name}` });
  const folder = mkdtempSync(inFleet("adopt-"));
  const file = path.join(folder, "stack.json");
  try {
    await run("stack", "export", "--file", file, "--stack", stack.name);
    const exported = JSON.parse(readFileSync(file, "utf8")) as Exported;
    const { pending_operations: pending = [] } = exported.deployment;
    if (pending.length === 0) return;
    for (const { type, resource } of pending)
      report(`the last update was killed while ${type} ${logicalName(resource.urn)}`);
    writeFileSync(file, JSON.stringify(adopted(exported)));
    await run("stack", "import", "--file", file, "--stack", stack.name);
  } finally {
    rmSync(folder, { recursive: true });
  }
  await run("refresh", "--yes", "--skip-preview", ...session.stackArgs);
};
