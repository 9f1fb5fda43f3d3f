import { askerOf, GoogleError } from "../../infra/targets/gcp/google";
import { refuse, refuseWith, when } from "../../infra/problems";
import type { Project } from "./redact";

export type Access = {
  /** The root of an API, with a slash at its end. */
  rootOf: (api: string) => string;
  env: NodeJS.ProcessEnv;
};

type Place = { project: string; region: string };
type Listed = Record<string, { name?: string; email?: string; config?: { name: string } }[] | undefined> & {
  nextPageToken?: string;
};

/** The kinds of things that a stack makes: the API, where they are listed, and the field of the list. */
const kinds = ({ project, region }: Place): readonly [api: string, at: string, field: string][] => [
  ["artifactregistry", `v1/projects/${project}/locations/${region}/repositories`, "repositories"],
  ["cloudscheduler", `v1/projects/${project}/locations/${region}/jobs`, "jobs"],
  ["iam", `v1/projects/${project}/serviceAccounts`, "accounts"],
  ["redis", `v1/projects/${project}/locations/${region}/instances`, "instances"],
  ["run", `v2/projects/${project}/locations/${region}/services`, "services"],
  ["run", `v2/projects/${project}/locations/${region}/jobs`, "jobs"],
  ["run", `v2/projects/${project}/locations/${region}/workerPools`, "workerPools"],
  ["secretmanager", `v1/projects/${project}/secrets`, "secrets"],
  ["sqladmin", `sql/v1beta4/projects/${project}/instances`, "items"],
];

/** The names of all that a project holds of these kinds; an API that is not enabled holds nothing. */
export const listProject = async ({ access, ...place }: Place & { access: Access }): Promise<string[]> => {
  const list = async (api: string, at: string, field: string, page = ""): Promise<Listed[string] & object> => {
    const ask = askerOf({ ...access, accessToken: undefined, base: access.rootOf(api) });
    const { [field]: items = [], nextPageToken } = await ask<Listed>("GET", `${at}${page}`);
    const joint = at.includes("?") ? "&" : "?";
    if (!nextPageToken) return items;
    return [...items, ...(await list(api, at, field, `${joint}pageToken=${encodeURIComponent(nextPageToken)}`))];
  };
  const enabled = await list("serviceusage", `v1/projects/${place.project}/services?filter=state:ENABLED`, "services");
  const apis = enabled.map(({ config }) => config?.name.replace(".googleapis.com", ""));
  const found = [];
  for (const [api, at, field] of kinds(place))
    if (apis.includes(api)) found.push(...(await list(api, at, field)).map(({ email, name }) => email ?? name ?? ""));
  return found.filter((name) => !isGoogles(name, place.project));
};

/** The accounts that Google makes when an API is enabled: `123-compute@developer...`, `<project>@appspot...`. */
const isGoogles = (name: string, project: string): boolean =>
  name.includes("@") && !name.endsWith(`@${project}.iam.gserviceaccount.com`);

/**
 * The project with its number, asked with the person's credentials.
 * @throws ProblemsError where there are none, or they may not see the project
 */
export const projectOf = async ({ access, project }: { access: Access; project: string }): Promise<Project> => {
  const ask = askerOf({ ...access, accessToken: undefined, base: access.rootOf("cloudresourcemanager") });
  try {
    const { projectNumber } = await ask<{ projectNumber: string }>("GET", `v1/projects/${project}`);
    return { id: project, number: projectNumber };
  } catch (error) {
    if (!(error instanceof GoogleError)) throw error;
    const [said = ""] = error.message.split("\n");
    return refuseWith(
      error.status === undefined
        ? {
            path: "credentials",
            message: `Google Cloud cannot be asked: ${said}`,
            cure: "gcloud auth application-default login (or mend the network), then this again",
          }
        : {
            path: "--project",
            message: `it cannot be seen with these credentials: ${said}`,
            cure: `an empty project of your own, with gcloud services enable cloudresourcemanager.googleapis.com serviceusage.googleapis.com --project ${project}`,
          },
    );
  }
};

/**
 * Refuses a project that holds anything.
 * @throws ProblemsError that lists what was found
 */
export const requireEmpty = ({ found, project }: { found: readonly string[]; project: string }): void =>
  refuse(
    when(found.length > 0, {
      path: `project ${project}`,
      message: `it is not empty, and only an empty one is safe to make and remove things in; it holds ${found.join(", ")}`,
      cure: "gcloud projects create <another one>, with billing, then this with --project <another one>",
    }),
  );
