import { expect } from "chai";
import { excusedFrom } from "../../infra/targets/gcp/labels";
import { UNKNOWN } from "../../policy/rule";
import { rules } from "../../policy/rules";
import { broken, findings } from "./broken";
import { good, stackOf, typeOf } from "./good";
import { mistakes } from "./mistakes";
import { extra, serviceWith, withVariable } from "./mistakes/mistake";

describe("the policy pack", () => {
  it("finds nothing in a stack that is as it should be", () => {
    expect(broken(stackOf())).to.deep.equal([]);
  });

  for (const { title, rule, from, changed, extra } of mistakes)
    it(`finds ${title} (${rule}${from ? `, of ${from}` : ""})`, () => {
      expect(broken(stackOf(changed, extra))).to.deep.equal([rule]);
    });

  it("takes at least 40 of 60 and more mistakes from rules of Checkov, Trivy and the CIS benchmark, which its rules name", () => {
    const taken = mistakes.filter(({ from }) => from !== undefined);
    expect(mistakes.length).to.be.at.least(60);
    expect(new Set(taken.map(({ from }) => from)).size).to.be.at.least(40);
    const named = (rule: string) => rules.find(({ name }) => name === rule)?.covers ?? [];
    for (const { rule, from } of taken) expect(named(rule), rule).to.include(from);
    expect(new Set(mistakes.map(({ title }) => title)).size).to.equal(mistakes.length);
  });

  it("leaves a CPU that is always on where its own annotation says why", () => {
    const { resources } = good.service.template.containers[0];
    const annotations = { ...good.service.annotations, ...excusedFrom("run-cpu-only-while-serving", "a thread works") };
    const { service } = serviceWith({ resources: { ...resources, cpuIdle: false } });
    expect(broken(stackOf({ service: { ...service, annotations } }))).to.deep.equal([]);
  });

  it("has a planted mistake for every rule", () => {
    expect(rules.map(({ name }) => name)).to.have.members([...new Set(mistakes.map(({ rule }) => rule))]);
  });

  it("leaves what only the update will know to the update", () => {
    const unknown = stackOf({
      ...serviceWith({ image: UNKNOWN, envs: UNKNOWN, startupProbe: UNKNOWN }),
      version: { ...good.version, secret: UNKNOWN },
      user: { ...good.user, instance: UNKNOWN },
      alert: { ...good.alert, notificationChannels: UNKNOWN },
    });
    expect(broken(unknown)).to.deep.equal([]);
    const { template } = good.prepare.template;
    const containers = [{ ...template.containers[0], envs: UNKNOWN }];
    const prepare = { ...good.prepare, template: { template: { ...template, containers } } };
    expect(broken(stackOf({ prepare }))).to.deep.equal([]);
  });

  it("knows the service of a grant by the full name too, which it has once it is made", () => {
    const name = `projects/shop/locations/europe-west1/services/${good.member.name}`;
    expect(broken(stackOf({ member: { ...good.member, name } }))).to.deep.equal([]);
    expect(broken(stackOf({ member: { ...good.member, name: `${name}-other` } }))).to.include("run-public-with-reason");
  });

  it("says what to do, and never repeats a secret", () => {
    const plain = stackOf(withVariable({ name: "API_TOKEN", value: "hunter2" }));
    expect(findings(plain).map(({ message }) => message)).to.deep.equal([
      "API_TOKEN is a secret in plain text; store it in Secret Manager and use valueSource.secretKeyRef",
    ]);
  });

  it("takes users who are no superusers by themselves: of MySQL, of IAM, with roles that are named", () => {
    const mysql = { ...good.instance, name: "prod-mysql", databaseVersion: "MYSQL_8_4" };
    const settings = {
      ...mysql.settings,
      databaseFlags: [{ name: "local_infile", value: "off" }],
      backupConfiguration: { enabled: true, binaryLogEnabled: true },
    };
    const users = [
      { instance: "prod-mysql", name: "shop" },
      { instance: "prod-postgres", name: "ana@example.com", type: "CLOUD_IAM_USER" },
      { instance: "prod-postgres", name: "reports", databaseRoles: ["shop_owner"] },
    ];
    const beside = [
      ...extra(typeOf.instance, { ...mysql, settings }),
      ...users.flatMap((user) => extra(typeOf.user, user)),
    ];
    expect(broken(stackOf({}, beside))).to.deep.equal([]);
  });

  it("takes a switch that only sounds secret as it is", () => {
    expect(broken(stackOf(withVariable({ name: "USUARIOS_ID_TOKEN", value: "True" })))).to.deep.equal([]);
  });

  it("takes a registry of this machine as it is", () => {
    expect(
      broken(stackOf({ image: { name: "localhost:5000/shop/web:1", keepRemotely: true, insecureSkipVerify: true } })),
    ).to.deep.equal([]);
  });
});
