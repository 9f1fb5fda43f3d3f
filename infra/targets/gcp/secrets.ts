import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { googleName } from "../../naming";
import type { SecretSource, SecretValues } from "../../outputs";
import { lookUp } from "../../plan/ids";
import type { CloudPlan, PlannedSecret } from "../../plan/plan";
import {
  passwordName,
  rotationOf,
  sameValue,
  storedName,
  type StoredValue,
  type Turn,
} from "../../plan/stored-secrets";
import type { Stored } from "./env";
import { labelsOf } from "./labels";

/** The values of a stack's secrets. Each is made when it is first asked for: what nothing refers to is not there. */
export class SecretValuesOfStack {
  readonly #made = new Map<string, pulumi.Output<string>>();

  constructor(
    private readonly of: {
      plan: CloudPlan;
      given: SecretValues;
      parentOf: (system: string) => pulumi.Resource;
    },
  ) {}

  /** A secret's value now. */
  valueOf: SecretSource = (name) => this.#memoised({ logicalName: name, rotation: this.#planned(name).rotation, name });

  /**
   * The password of one of a database's two users.
   * @throws Error where that one has not had its turn yet.
   */
  passwordOf(name: string, turn: Turn): pulumi.Output<string> {
    const rotation = rotationOf(turn, this.#planned(name).rotation);
    if (rotation === undefined) throw new Error(`the ${turn} user of ${name} has had no turn yet`);
    return this.#memoised({ logicalName: passwordName(name, turn), rotation, name });
  }

  #planned(name: string): PlannedSecret {
    return lookUp(this.of.plan.secrets, name);
  }

  #memoised(wanted: { logicalName: string; rotation: number; name: string }): pulumi.Output<string> {
    const { logicalName, name } = wanted;
    const value = this.#made.get(logicalName) ?? this.of.given[name] ?? this.#random(wanted);
    this.#made.set(logicalName, value);
    return value;
  }

  #random({ logicalName, rotation, name }: { logicalName: string; rotation: number; name: string }) {
    const { length, system } = this.#planned(name);
    // Letters and digits alone are safe in a URL and in SQL.
    const args = { length, special: false, keepers: { rotation: String(rotation) } };
    return new random.RandomPassword(logicalName, args, { parent: this.of.parentOf(system) }).result;
  }
}

/** A value in Secret Manager, and the version that has it. */
export type StoredSecret = { secret: gcp.secretmanager.Secret; version: gcp.secretmanager.SecretVersion };

/** The values that services read from Secret Manager, each stored once under the name that its reference has. */
export class SecretStore {
  readonly #stored = new Map<string, StoredSecret & { identity: string }>();
  readonly #granted = new Map<string, gcp.secretmanager.SecretIamMember>();

  constructor(private readonly of: { plan: CloudPlan; dependsOn: readonly pulumi.Resource[] }) {}

  /**
   * Stores a value, or finds it where it is stored already.
   * @throws Error for another value under a taken name, which names.ts has refused before.
   */
  store({ stored, value, system, parent }: Stored & { system: string; parent: pulumi.Resource }): StoredSecret {
    const name = storedName(stored, this.of.plan);
    const identity = sameValue(stored);
    const found = this.#stored.get(name);
    if (found && found.identity !== identity)
      throw new Error(`two values would be stored as ${name}: ${found.identity} and ${identity}`);
    const made = found ?? { ...this.#create({ name, value, system, parent }), identity };
    this.#stored.set(name, made);
    return made;
  }

  #create({
    name,
    value,
    system,
    parent,
  }: {
    name: string;
    value: pulumi.Input<string>;
    system: string;
    parent: pulumi.Resource;
  }): StoredSecret {
    const { plan, dependsOn } = this.of;
    const secret = new gcp.secretmanager.Secret(
      name,
      {
        project: plan.cloud.project,
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
    return { secret, version };
  }

  /** Lets one service account read one stored secret. */
  grant({
    stored,
    secret,
    account,
    accountName,
    parent,
  }: {
    stored: StoredValue;
    secret: gcp.secretmanager.Secret;
    account: gcp.serviceaccount.Account;
    accountName: string;
    parent: pulumi.Resource;
  }): gcp.secretmanager.SecretIamMember {
    const key = `${accountName}-reads-${storedName(stored, this.of.plan)}`;
    const made =
      this.#granted.get(key) ??
      new gcp.secretmanager.SecretIamMember(
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
