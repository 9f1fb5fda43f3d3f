import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { PlannedSecret } from "../../plan/make-plan";
import { besidePassword, googleName } from "../../naming";
import type { SecretSource, SecretValues } from "../../outputs";
import { PlainError } from "../../problems";
import { labelsOf } from "./labels";
import type { CloudPlan } from "../../plan/cloud";

/**
 * Two users of a database take turns: a rotation gives the one that waits a new password and makes it the active one,
 * so that the revision that serves keeps its own.
 */
export type Turn = "first" | "second";

/** Whose turn it is after that many rotations. */
export const activeTurn = (rotation: number): Turn => (rotation % 2 === 0 ? "first" : "second");

/** The rotation at which a user got the password it has, or undefined where it has not had its turn yet. */
export const rotationOf = (turn: Turn, rotation: number): number | undefined => {
  const last = activeTurn(rotation) === turn ? rotation : rotation - 1;
  return last < 0 ? undefined : last;
};

/** The second user's name: `reservas_b`. */
export const userName = (user: string, turn: Turn): string => (turn === "first" ? user : `${user}_b`);

/** The values of a stack's secrets. Each is made when it is first asked for: what nothing refers to is not there. */
export class SecretValuesOfStack {
  readonly #made = new Map<string, { of: string; value: pulumi.Output<string> }>();

  constructor(
    private readonly of: {
      plan: CloudPlan;
      given: SecretValues;
      parentOf: (system: string) => pulumi.Resource;
    },
  ) {}

  /** A secret's value now. */
  valueOf: SecretSource = (name) => this.#memoised(name, this.planned(name).rotation);

  /** The password of one of a database's two users, undefined where that one has not had its turn yet. */
  passwordOf(name: string, turn: Turn): pulumi.Output<string> | undefined {
    const rotation = rotationOf(turn, this.planned(name).rotation);
    const logicalName = turn === "first" ? name : besidePassword(name).secondPassword;
    return rotation === undefined ? undefined : this.#memoised(logicalName, rotation, name);
  }

  planned(name: string): PlannedSecret {
    return this.of.plan.secrets.find((secret) => secret.name === name) as PlannedSecret;
  }

  #memoised(logicalName: string, rotation: number, name = logicalName): pulumi.Output<string> {
    const of = `${name} after ${rotation} rotations`;
    const found = this.#made.get(logicalName);
    if (found) {
      refuseSecond({ name: logicalName, first: found.of, second: of });
      return found.value;
    }
    const value = this.of.given[name] ?? this.#random(logicalName, rotation, name);
    this.#made.set(logicalName, { of, value });
    return value;
  }

  #random(logicalName: string, rotation: number, name: string): pulumi.Output<string> {
    const { length, system } = this.planned(name);
    // Letters and digits alone are safe in a URL and in SQL.
    const args = { length, special: false, keepers: { rotation: String(rotation) } };
    return new random.RandomPassword(logicalName, args, { parent: this.of.parentOf(system) }).result;
  }
}

/**
 * One name, one value.
 * @throws PlainError that names both, where a name is to stand for a second value.
 */
const refuseSecond = ({ name, first, second }: { name: string; first: string; second: string }): void => {
  if (first === second) return;
  throw new PlainError(
    [
      `${second} cannot be kept under the name ${name}: ${first} is.`,
      "  cure: give each of the two a secret of its own in infra/catalogue; nothing reads one for the other then.",
    ].join("\n"),
  );
};

/** A value in Secret Manager, and the version that has it. */
export type StoredSecret = { secret: gcp.secretmanager.Secret; version: gcp.secretmanager.SecretVersion };

/** The values that services read from Secret Manager, each stored once. */
export class SecretStore {
  readonly #stored = new Map<string, StoredSecret & { source: string }>();
  readonly #granted = new Map<string, gcp.secretmanager.SecretIamMember>();

  constructor(private readonly of: { plan: CloudPlan; dependsOn: readonly pulumi.Resource[] }) {}

  /**
   * Stores a value under a name (`booking-reservas-django-secret-key`) that is unique in the stack. Asked again for the
   * same source it gives what is stored.
   * @throws PlainError where the name stands for a value of another source.
   */
  store({
    name,
    system,
    source,
    value,
    parent,
  }: {
    name: string;
    system: string;
    /** What the value is: `the password of booking/postgres/reservas`. */
    source: string;
    value: pulumi.Input<string>;
    parent: pulumi.Resource;
  }): StoredSecret {
    const found = this.#stored.get(name);
    if (found) {
      refuseSecond({ name, first: found.source, second: source });
      return found;
    }
    const { plan, dependsOn } = this.of;
    const { project } = plan.cloud;
    const secret = new gcp.secretmanager.Secret(
      name,
      {
        project,
        secretId: googleName({ kind: "secret", stack: plan.stack, parts: [name] }),
        replication: { auto: {} },
        labels: labelsOf({ stack: plan.stack, system }),
      },
      { parent, dependsOn: [...dependsOn] },
    );
    const version = new gcp.secretmanager.SecretVersion(
      name,
      // A new value is a new version; the one before stays for the revision that is pinned to it.
      { secret: secret.id, secretData: pulumi.secret(value), deletionPolicy: "ABANDON" },
      { parent },
    );
    this.#stored.set(name, { source, secret, version });
    return { secret, version };
  }

  /** Lets one service account read one secret. */
  grant({
    name,
    account,
    accountName,
    parent,
  }: {
    name: string;
    account: gcp.serviceaccount.Account;
    accountName: string;
    parent: pulumi.Resource;
  }): gcp.secretmanager.SecretIamMember {
    const key = `${accountName}-reads-${name}`;
    const found = this.#granted.get(key);
    if (found) return found;
    const { secret } = this.#stored.get(name) as StoredSecret;
    const made = new gcp.secretmanager.SecretIamMember(
      key,
      {
        project: this.of.plan.cloud.project,
        secretId: secret.secretId,
        role: "roles/secretmanager.secretAccessor",
        member: account.member,
      },
      { parent },
    );
    this.#granted.set(key, made);
    return made;
  }
}
