import { PUBLIC_REASON } from "../../infra/targets/gcp/labels";
import { at, isMissing, isNot, listAt, textAt, when, type Resource, type ResourceRule, type StackRule } from "../rule";
import * as tokens from "../types";

const EVERYONE = ["allUsers", "allAuthenticatedUsers"];
const membersOf = ({ props }: Resource): unknown[] => [at(props, "member"), ...listAt(props, "members")];
const isForEveryone = (resource: Resource): boolean =>
  membersOf(resource).some((member) => EVERYONE.includes(String(member)));

const isOneOf = (types: readonly string[], { type }: Resource): boolean => types.includes(type);

const serviceOf = ({ props }: Resource, services: readonly Resource[]): Resource | undefined =>
  services.find((service) => textAt(service.props, "name") === (textAt(props, "name") ?? "?"));

/** Rules on permissions. */
export const accessRules: readonly (ResourceRule | StackRule)[] = [
  {
    name: "iam-no-basic-role",
    description: "Nobody gets Owner, Editor or Viewer of the project.",
    types: [tokens.PROJECT_MEMBER, tokens.PROJECT_BINDING],
    mistakes: ({ props }) => {
      const role = textAt(props, "role") ?? "";
      return when(
        /^roles\/(owner|editor|viewer)$/.test(role),
        `${role} is a basic role over the whole project; give a role on the one resource it needs`,
      );
    },
  },
  {
    name: "iam-no-project-wide-secrets",
    description: "Access to secrets is given on each secret, never on all of the project's.",
    types: [tokens.PROJECT_MEMBER, tokens.PROJECT_BINDING],
    mistakes: ({ props }) => {
      const role = textAt(props, "role") ?? "";
      return when(
        role.startsWith("roles/secretmanager."),
        `${role} on the project opens every secret; use a SecretIamMember on the one secret`,
      );
    },
  },
  {
    name: "iam-no-project-policy",
    description: "No resource replaces all bindings of the project at once.",
    types: [tokens.PROJECT_POLICY],
    mistakes: () => ["it takes away every role that somebody else gave; use an IAMMember"],
  },
  {
    name: "iam-no-exported-key",
    description: "No key of a service account leaves Google: workloads get tokens from their own identity.",
    types: [tokens.SERVICE_ACCOUNT_KEY],
    mistakes: () => [
      "it exports a key that never expires; use the service's own identity or Workload Identity Federation",
    ],
  },
  {
    name: "iam-not-for-everyone",
    description: "Nothing but a service with a written reason is open to everyone.",
    types: tokens.OTHER_MEMBERS,
    mistakes: (resource) =>
      when(isForEveryone(resource), "it is open to everyone; name the service accounts that need it"),
  },
  {
    name: "bucket-private",
    description: "Buckets cannot be opened to everyone, by no binding and no old access list.",
    types: [tokens.BUCKET],
    mistakes: ({ props }) => [
      ...when(
        isNot(at(props, "publicAccessPrevention"), "enforced"),
        "it can be opened to everyone; set publicAccessPrevention to enforced",
      ),
      ...when(
        isNot(at(props, "uniformBucketLevelAccess"), true),
        "single objects can be opened by access lists; set uniformBucketLevelAccess to true",
      ),
    ],
  },
  {
    name: "secret-version-kept",
    description: "A version that leaves the program is not destroyed: the revision before may still use it.",
    types: [tokens.SECRET_VERSION],
    mistakes: ({ props }) =>
      when(
        !["ABANDON", "DISABLE"].includes(textAt(props, "deletionPolicy") ?? ""),
        "it is destroyed when it leaves the program, under revisions that use it; set deletionPolicy to ABANDON",
      ),
  },
  {
    name: "run-public-with-reason",
    description: "A service that anyone may call says why, in the catalogue's field public.",
    stackMistakes: (resources) => {
      const services = resources.filter(({ type }) => type === tokens.SERVICE);
      const opened = resources.filter(
        (resource) => isOneOf(tokens.SERVICE_MEMBERS, resource) && isForEveryone(resource),
      );
      const withoutReason = (service: Resource | undefined): boolean =>
        isMissing((at(service?.props, "annotations") as Record<string, unknown> | undefined)?.[PUBLIC_REASON]);
      return [
        ...opened.filter((member) => withoutReason(serviceOf(member, services))),
        ...services.filter((service) => at(service.props, "invokerIamDisabled") === true && withoutReason(service)),
      ].map((about) => ({
        about,
        message: "anyone may call the service, and nothing says why; write public: { reason } in its catalogue entry",
      }));
    },
  },
];
