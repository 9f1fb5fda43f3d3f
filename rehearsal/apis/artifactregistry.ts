import type { Api, Call, Cloud, Work } from "../api";
import { badRequest } from "../errors";
import { found, refuseSecond } from "../kept";
import { locationHandlers } from "../locations";
import { patched } from "../masks";
import { lastOf, parentIn } from "../names";
import { operationHandlers } from "../operation-handlers";
import { operationFor } from "../operations";
import { listing } from "../pages";
import { deleteImages, ensureRegistry } from "../registry";
import type { Resource } from "../store";
import { imageHandlers, imageWorks } from "./artifactregistry/images";
import { policyHandlers } from "./policies";

/** https://cloud.google.com/artifact-registry/docs/reference/rest */
export const REPOSITORIES = "artifactregistry.repositories";
const REPOSITORY_ID = /^[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const METHODS = "artifactregistry.projects.locations.repositories";
const TYPES = "type.googleapis.com/google.devtools.artifactregistry.v1";

type Repository = Resource & { name: string; format: string };

const create = (call: Call): Resource => {
  const id = call.query["repositoryId"] as string;
  if (!REPOSITORY_ID.test(id))
    throw badRequest({
      field: "repository_id",
      description: `Invalid repository ID "${id}": it has to begin with a lower-case letter and to hold only lower-case letters, digits and "-", at most 63.`,
    });
  const name = `${parentIn(call)}/repositories/${id}`;
  const { format } = call.body as { format?: string };
  if (!format || format === "FORMAT_UNSPECIFIED")
    throw badRequest({ field: "repository.format", description: "repository format must be specified" });
  checkPolicies(call.body);
  refuseSecond(call, { kind: REPOSITORIES, name });
  return startOperation(call, name, "artifactregistry.create", { name, repository: call.body });
};

const createRepository: Work = async ({ store, input, ...cloud }) => {
  const { name, repository } = input as { name: string; repository: Resource };
  if (repository["format"] === "DOCKER") await ensureRegistry(cloud);
  const now = new Date().toISOString();
  const made = { mode: "STANDARD_REPOSITORY", ...repository, name, createTime: now, updateTime: now };
  store.put(REPOSITORIES, name, made);
  return { "@type": `${TYPES}.Repository`, ...shown(cloud, made as unknown as Repository) };
};

const patch = (call: Call): Resource => {
  const repository = repositoryOf(call);
  const { name: _, ...from } = call.body;
  checkPolicies(from);
  const changed = { ...patched(call, repository, from), updateTime: new Date().toISOString() };
  return shown(call, call.store.put(REPOSITORIES, repository.name, changed));
};

const remove = (call: Call): Resource => {
  const { name } = repositoryOf(call);
  return startOperation(call, name, "artifactregistry.delete", { name });
};

const deleteRepository: Work = async (cloud) => {
  const name = cloud.input["name"] as string;
  await deleteImages(cloud, `${cloud.project.id}/${lastOf(name)}`);
  cloud.store.delete(REPOSITORIES, name);
  cloud.grants.remove(resourceOf(name));
  return { "@type": "type.googleapis.com/google.protobuf.Empty" };
};

const startOperation = (call: Call, name: string, work: string, input: Resource): Resource =>
  call.operations.start({
    name: operationFor(name),
    work,
    input,
    metadata: { "@type": `${TYPES}.OperationMetadata` },
  });

/** A policy's key and its id are the same, and it has one rule. */
const checkPolicies = ({ cleanupPolicies = {} }: { cleanupPolicies?: Record<string, Resource> }): void => {
  for (const [key, { id, action, mostRecentVersions }] of Object.entries(cleanupPolicies)) {
    const field = `repository.cleanup_policies['${key}']`;
    if (id && id !== key)
      throw badRequest({
        field,
        description: `cleanup policy id "${JSON.stringify(id)}" does not match its key "${key}"`,
      });
    if (mostRecentVersions && action !== "KEEP")
      throw badRequest({ field, description: "most_recent_versions goes with the action KEEP" });
  }
};

const repositoryOf = (call: Call): Repository => found<Repository>(call, REPOSITORIES);

/** Google's registryUri is <location>-docker.pkg.dev/<project>/<repository>. */
const shown = ({ realise, project }: Pick<Cloud, "realise" | "project">, repository: Repository): Resource => ({
  ...repository,
  ...(repository.format === "DOCKER" && {
    registryUri: `${realise.registry}/${project.id}/${lastOf(repository.name)}`,
  }),
  sizeBytes: "0",
});

const resourceOf = (name: string): string => `//artifactregistry.googleapis.com/${name}`;

export const artifactregistry: Api = {
  name: "artifactregistry",
  versions: ["v1"],
  service: "artifactregistry.googleapis.com",
  // The registry holds what is pushed to it, and never cleans up.
  rehearsed: {
    fields: {
      Repository: [
        ...[
          "cleanupPolicies",
          "cleanupPolicyDryRun",
          "description",
          "disallowUnspecifiedMode",
          "dockerConfig",
          "format",
        ],
        ...["labels", "mode", "name", "vulnerabilityScanningConfig"],
      ],
      DockerRepositoryConfig: ["immutableTags"],
    },
    values: { "Repository.mode": ["STANDARD_REPOSITORY"] },
  },
  handlers: {
    [`${METHODS}.create`]: create,
    [`${METHODS}.get`]: (call) => shown(call, repositoryOf(call)),
    [`${METHODS}.list`]: listing({ kind: REPOSITORIES, shown }),
    [`${METHODS}.patch`]: patch,
    [`${METHODS}.delete`]: remove,
    ...locationHandlers("artifactregistry.projects.locations"),
    ...operationHandlers("artifactregistry.projects.locations.operations", ["get"]),
    ...imageHandlers,
    ...policyHandlers({ methods: METHODS, resource: (call) => resourceOf(repositoryOf(call).name) }),
  },
  works: { "artifactregistry.create": createRepository, "artifactregistry.delete": deleteRepository, ...imageWorks },
};
