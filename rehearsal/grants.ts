import { createHash } from "node:crypto";
import { aborted } from "./errors";
import { holds, type Attributes } from "./rights/condition";
import { holdsPermission, isKnownRole } from "./rights/roles";
import type { Resource, Store } from "./store";

type Binding = { role: string; members?: string[]; condition?: Resource };
export type Policy = { version?: number; etag?: string; bindings?: Binding[] };
export type Grant = { resource: string; role: string; member: string };

const POLICIES = "policies";
const USED = "grants.used";
const EMPTY_ETAG = "ACAB";

/** The roles of a project's own, by their full names. */
export const CUSTOM_ROLES = "iam.roles";
export type CustomRole = Resource & { name: string; includedPermissions?: string[]; deleted?: boolean };

/**
 * The IAM policies of all resources. Resources are full names, for example
 * "//secretmanager.googleapis.com/projects/p/secrets/s"; the project is `projectResource(id)`.
 */
export class Grants {
  constructor(private readonly store: Store) {}

  policyOf(resource: string): Policy {
    return this.store.get<Policy & Resource>(POLICIES, resource) ?? { version: 1, etag: EMPTY_ETAG };
  }

  /** @throws ApiError 409 when the policy is not the one that its etag names */
  setPolicy(resource: string, policy: Policy): Policy {
    const current = this.policyOf(resource);
    if (policy.etag && policy.etag !== current.etag)
      throw aborted(
        "There were concurrent policy changes. Please retry the whole read-modify-write with exponential backoff.",
      );
    const bindings = (policy.bindings ?? []).filter(({ members }) => members && members.length > 0);
    const content = { version: policy.version ?? 1, bindings };
    const etag = createHash("sha256")
      .update(`${current.etag}${JSON.stringify(content)}`)
      .digest("base64")
      .slice(0, 12);
    return this.store.put(POLICIES, resource, { ...content, etag });
  }

  /** Removes the policy of a resource that is removed. */
  remove(resource: string): void {
    this.store.delete(POLICIES, resource);
    for (const [name] of this.store.entries(USED, `${resource} `)) this.store.delete(USED, name);
  }

  /**
   * Whether the member has a role with the permission on one of the resources (the narrowest first; the project last), and
   * notes the binding that made it so.
   */
  allows(of: {
    member: string;
    permission: string;
    resources: readonly string[];
    /** The attributes that a binding's condition looks at. */
    attributes?: Attributes;
  }): boolean {
    const everybody = ["allUsers", "allAuthenticatedUsers"];
    for (const resource of of.resources)
      for (const { role, members = [], condition } of this.policyOf(resource).bindings ?? [])
        for (const member of members)
          if (
            this.holds(role, of.permission) &&
            (member === of.member || everybody.includes(member)) &&
            (!condition || holds(String(condition["expression"]), of.attributes ?? {}))
          ) {
            this.#use({ resource, role, member });
            return true;
          }
    return false;
  }

  /** Whether a role, Google's or the project's own, holds a permission. */
  holds(role: string, permission: string): boolean {
    const own = this.#custom(role);
    return own ? (own.includedPermissions ?? []).includes(permission) : holdsPermission(role, permission);
  }

  knowsRole(role: string): boolean {
    return this.#custom(role) !== undefined || isKnownRole(role);
  }

  /** A role that was deleted grants nothing. */
  #custom(role: string): CustomRole | undefined {
    const found = this.store.get<CustomRole>(CUSTOM_ROLES, role);
    return found?.deleted === true ? undefined : found;
  }

  all(): Grant[] {
    return this.store
      .entries<Policy & Resource>(POLICIES)
      .flatMap(([resource, { bindings = [] }]) =>
        bindings.flatMap(({ role, members = [] }) => members.map((member) => ({ resource, role, member }))),
      );
  }

  /** The grants that nothing here ever needed. */
  unused(): Grant[] {
    return this.all().filter((grant) => !this.store.get(USED, keyOf(grant)));
  }

  #use(grant: Grant): void {
    if (!this.store.get(USED, keyOf(grant))) this.store.put(USED, keyOf(grant), grant);
  }
}

const keyOf = ({ resource, role, member }: Grant): string => `${resource} ${role} ${member}`;

export const projectResource = (id: string): string => `//cloudresourcemanager.googleapis.com/projects/${id}`;
