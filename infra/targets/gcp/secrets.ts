import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { googleName } from "../../naming";
import type { SecretSource, SecretValues } from "../../outputs";
import { lookUp } from "../../plan/ids";
import type { CloudPlan, PlannedSecret } from "../../plan/plan";
import { keptBy, passwordName, sameValue, storedName, type Turn } from "../../plan/stored-secrets";
import type { Stored } from "./env";
import { labelsOf } from "./labels";

/** The values of a stack's secrets. Each is created when it is first read: a secret without a reader is not created. */
export class SecretValuesOfStack {
  readonly #made = new Map<string, pulumi.Output<string>>();

  constructor(
    private readonly of: { plan: CloudPlan; given: SecretValues; parentOf: (system: string) => pulumi.Resource },
  ) {}

  /** A secret's value now. */
  valueOf: SecretSource = (name) => {
    const secret = lookUp(this.of.plan.secrets, name);
    return this.#valueAs(name, secret, String(secret.rotation));
  };

  /**
   * The password of one of a database's two users.
   * @throws Error where that one has not had its turn yet.
   */
  passwordOf(name: string, turn: Turn): pulumi.Output<string> {
    const secret = lookUp(this.of.plan.secrets, name);
    const rotation = keptBy(turn, secret);
    if (rotation === undefined) throw new Error(`the ${turn} user of ${name} has had no turn yet`);
    return this.#valueAs(passwordName(name, turn), secret, rotation);
  }

  #valueAs(logicalName: string, { name, length, system }: PlannedSecret, rotation: string): pulumi.Output<string> {
    // Letters and digits alone are safe in a URL and in SQL.
    const args = { length, special: false, keepers: { rotation } };
    const value =
      this.#made.get(logicalName) ??
      this.of.given[name] ??
      new random.RandomPassword(logicalName, args, { parent: this.of.parentOf(system) }).result;
    this.#made.set(logicalName, value);
    return value;
  }
}

/** A value in Secret Manager, and the version that has it. */
type StoredSecret = { secret: gcp.secretmanager.Secret; version: gcp.secretmanager.SecretVersion };

type Storing = Stored & { system: string; parent: pulumi.Resource };

type Granting = Pick<StoredSecret, "secret"> &
  Pick<Storing, "stored" | "parent"> & { account: gcp.serviceaccount.Account; accountName: string };

/** The values that services read from Secret Manager, each stored once under the name that its reference has. */
export class SecretStore {
  readonly #stored = new Map<string, StoredSecret & { identity: string }>();
  readonly #granted = new Map<string, gcp.secretmanager.SecretIamMember>();

  constructor(private readonly of: { plan: CloudPlan; dependsOn: readonly pulumi.Resource[] }) {}

  /**
   * Stores a value, or finds it where it is stored already.
   * @throws Error for another value under a taken name, which names.ts has refused before.
   */
  store(storing: Storing): StoredSecret {
    const name = storedName(storing.stored, this.of.plan);
    const identity = sameValue(storing.stored);
    const found = this.#stored.get(name);
    if (found && found.identity !== identity)
      throw new Error(`two values would be stored as ${name}: ${found.identity} and ${identity}`);
    const made = found ?? { ...this.#create(name, storing), identity };
    this.#stored.set(name, made);
    return made;
  }

  #create(name: string, { value, system, parent }: Storing): StoredSecret {
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
  grant({ stored, secret, account, accountName, parent }: Granting): gcp.secretmanager.SecretIamMember {
    const key = `${accountName}-reads-${storedName(stored, this.of.plan)}`;
    const args = {
      project: this.of.plan.cloud.project,
      secretId: secret.secretId,
      role: "roles/secretmanager.secretAccessor",
      member: account.member,
    };
    const made = this.#granted.get(key) ?? new gcp.secretmanager.SecretIamMember(key, args, { parent });
    this.#granted.set(key, made);
    return made;
  }
}
