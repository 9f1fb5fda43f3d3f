import { memberOf, type Caller } from "../callers";
import { ApiError } from "../errors";
import { projectResource, type Grants, type Policy } from "../grants";
import type { Project } from "../project";
import type { Attributes } from "./condition";

/** What a request needs: a permission on a resource. It is written down with the request, so that it can be asked again. */
export type Demand = {
  permission: string;
  /** The full name of the resource, and those whose policies it inherits; the project is the last. */
  resources: readonly string[];
  attributes?: Attributes;
};

/** The permissions that one request was found to need, and that its caller lacks. */
export type Demanded = { demands?: Demand[]; denied?: string };

type Demanding = { grants: Grants; caller: Caller; note: Demanded };

/** A demand, and the words of the refusal where the API has its own. */
export type Told = Demand & { told?: string };

/** Asks whether the caller has a permission, and notes question and refusal. The owner has every permission. */
export const demanded = ({ grants, caller, note }: Demanding, { told, ...asked }: Told): boolean => {
  if (caller.isOwner) return true;
  (note.demands ??= []).push(asked);
  const isAllowed = grants.allows({ ...asked, member: memberOf(caller) });
  if (!isAllowed) note.denied = told ?? wordsFor(asked);
  return isAllowed;
};

const wordsFor = ({ permission, resources }: Demand): string =>
  `Permission '${permission}' denied on resource '${resources[0] ?? ""}' (or it may not exist).`;

/** Asks as `demanded` does. @throws ApiError 403 as Google answers where the caller lacks the permission */
export const demand = (demanding: Demanding, of: Told): void => {
  if (demanded(demanding, of)) return;
  throw new ApiError({
    status: "PERMISSION_DENIED",
    message: demanding.note.denied ?? wordsFor(of),
    details: [
      {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        reason: "IAM_PERMISSION_DENIED",
        domain: "iam.googleapis.com",
        metadata: { permission: of.permission, resource: of.resources[0] ?? "" },
      },
    ],
  });
};

/**
 * A resource's full name and those of all that it lies in.
 * @param of.name as in paths: "projects/p/secrets/s/versions/1"
 */
export const lineage = (of: { service: string; name: string; project: Pick<Project, "id"> }): string[] => {
  const parts = of.name.split("/");
  const own = parts.map((_, index) => parts.slice(0, parts.length - index).join("/")).slice(0, -2);
  return [...own.map((name) => `//${of.service}/${name}`), projectResource(of.project.id)];
};

/** The roles whose grants differ between two policies, in whatever order either lists them. */
export const modifiedRoles = (before: Policy, after: Policy): string[] => {
  const [old, next] = [grantsIn(before), grantsIn(after)];
  const changed = [...old.keys(), ...next.keys()].filter((grant) => !old.has(grant) || !next.has(grant));
  return [...new Set(changed.map((grant) => old.get(grant) ?? next.get(grant)!))].sort();
};

/** The role of each grant, by what it grants to whom and when. */
const grantsIn = ({ bindings = [] }: Policy): Map<string, string> =>
  new Map(
    bindings.flatMap(({ role, members = [], condition }) =>
      members.map((member) => [JSON.stringify([role, member, condition?.["expression"]]), role] as const),
    ),
  );
