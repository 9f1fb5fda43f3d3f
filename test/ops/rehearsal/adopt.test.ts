import { expect } from "chai";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { adopted, IDS } from "../../../ops/rehearsal/adopt";
import type { Operation } from "../../../ops/stack/checkpoint";

/** Members of policies, APIs, users and versions are the same or one more; what watches is one more, and the plugin's own names are new. */
const MADE_AGAIN = [
  "gcp:cloudrunv2/jobIamMember:JobIamMember",
  "gcp:cloudrunv2/serviceIamMember:ServiceIamMember",
  "gcp:monitoring/alertPolicy:AlertPolicy",
  "gcp:monitoring/notificationChannel:NotificationChannel",
  "gcp:monitoring/uptimeCheckConfig:UptimeCheckConfig",
  "gcp:projects/iAMMember:IAMMember",
  "gcp:projects/service:Service",
  "gcp:secretmanager/secretIamMember:SecretIamMember",
  "gcp:secretmanager/secretVersion:SecretVersion",
  "gcp:sql/user:User",
];

/** Pulumi's type of `new gcp.sql.User`. */
const typeOf = ([module = "", name = ""]: readonly string[]): string =>
  `gcp:${module}/${name[0]?.toLowerCase()}${name.slice(1)}:${name}`;

describe("adoption of what a killed update was making", () => {
  const urn = (name: string): string => `urn:pulumi:prod::fleet::type::${name}`;
  const creating = (type: string, name: string, inputs: Record<string, unknown>): Operation => ({
    type: "creating",
    resource: { urn: urn(name), type, inputs },
  });
  const stack = (...pending: Operation[]) => ({
    version: 3,
    deployment: { manifest: {}, resources: [{ urn: urn("parent") }], pending_operations: pending },
  });

  it("counts what Google makes once only as made, under the id that it has there", () => {
    const place = { project: "p", location: "l" };
    const { deployment } = adopted(
      stack(
        creating("gcp:cloudrunv2/service:Service", "web", { ...place, name: "prod-web" }),
        creating("gcp:secretmanager/secret:Secret", "key", { project: "p", secretId: "prod-key" }),
        creating("gcp:serviceaccount/account:Account", "account", { project: "p", accountId: "prod-web" }),
        creating("gcp:sql/databaseInstance:DatabaseInstance", "sql", { project: "p", name: "prod" }),
        creating("gcp:sql/database:Database", "data", { project: "p", instance: "prod", name: "web" }),
        creating("gcp:redis/instance:Instance", "redis", { project: "p", region: "l", name: "prod-redis" }),
      ),
    );
    const made = (deployment.resources as { id?: string; outputs?: object }[]).slice(1);
    expect(made.map(({ id }) => id)).to.deep.equal([
      "projects/p/locations/l/services/prod-web",
      "projects/p/secrets/prod-key",
      "projects/p/serviceAccounts/prod-web@p.iam.gserviceaccount.com",
      "projects/p/instances/prod",
      "projects/p/instances/prod/databases/web",
      "projects/p/locations/l/instances/prod-redis",
    ]);
    expect(made[1]?.outputs).to.deep.equal({ project: "p", secretId: "prod-key" });
  });

  it("knows of every kind of resource that prod has whether Google makes it once only", () => {
    const files = readdirSync("infra/targets/gcp").map((file) =>
      readFileSync(path.join("infra/targets/gcp", file), "utf8"),
    );
    const kinds = new Set(
      files.flatMap((text) => [...text.matchAll(/new gcp\.(\w+)\.(\w+)/g)].map(([, ...of]) => typeOf(of))),
    );
    expect(kinds.size).to.be.at.least(15);
    expect([...kinds].sort()).to.deep.equal([...Object.keys(IDS), ...MADE_AGAIN].sort());
  });

  it("forgets what can be made again, and what was changed or deleted is known already", () => {
    const { deployment, version } = adopted(
      stack(creating("random:index/randomPassword:RandomPassword", "word", { length: 32 }), {
        type: "updating",
        resource: { urn: urn("parent"), type: "gcp:cloudrunv2/service:Service", inputs: {} },
      }),
    );
    expect(version).to.equal(3);
    expect(deployment).to.deep.equal({ manifest: {}, resources: [{ urn: urn("parent") }] });
  });
});
