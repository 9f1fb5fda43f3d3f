import { expect } from "chai";
import { apis, loadApis } from "../../rehearsal/apis";
import { Store } from "../../rehearsal/store";
import { eventually } from "../e2e/project";
import { PROJECT, TestCloud } from "./cloud";

/** Members of every object, and what else a name may do harm by. */
const NAMES = [
  "constructor",
  "__proto__",
  "toString",
  "hasOwnProperty",
  "valueOf",
  "__defineGetter__",
  "-",
  "0",
  "%2F",
];

/** The paths of a method with a name in the place of every id. */
const pathsOf = (path: string, parameters: Record<string, { pattern?: string }>, name: string): string =>
  path.replace(/\{\+?(\w+)\}/g, (_, parameter: string) => {
    const pattern = parameters[parameter]?.pattern;
    if (!pattern) return /^project/.test(parameter) ? PROJECT : name;
    return pattern
      .replace(/^\^|\$$/g, "")
      .replace(/^projects\/\[\^\/\]\+/, `projects/${PROJECT}`)
      .replace(/\[\^\/\]\+|\.\*/g, name);
  });

describe("a name that is a member of every object", () => {
  const cloud = new TestCloud(32120);
  const secrets = `secretmanager/v1/projects/${PROJECT}/secrets`;
  before(async () => {
    await cloud.open();
    cloud.enable(...apis.map(({ service }) => service.replace(".googleapis.com", "")));
  });
  after(() => {
    // Nothing was made with an engine.
    for (const { service } of apis)
      cloud.rehearsal.cloud.store.put("serviceusage.enabled", service, { enabled: false });
    return cloud.remove();
  });

  for (const { name: api, documents, handlers } of loadApis())
    for (const document of documents)
      it(`is no resource, and breaks nothing: ${api} ${document.version}`, async () => {
        const methods = document.methods.filter(({ id, path }) => id in handlers && path.includes("{"));
        // Logging has its names in bodies alone, and of billing there is one method.
        expect(methods.length).to.be.at.least(api === "logging" || api === "cloudbilling" ? 0 : 2);
        for (const { httpMethod, path, parameters } of methods)
          for (const name of NAMES) {
            const asked = `${httpMethod} ${api}/${document.servicePath}${pathsOf(path, parameters, name)}`;
            for (const query of ["", `?${name}=1`, `?updateMask=${name}`]) {
              const body = httpMethod === "GET" || httpMethod === "DELETE" ? undefined : { [name]: { [name]: name } };
              const { status } = await cloud.ask(`${asked}${query}`, body && JSON.stringify(body));
              // 404 with a body that is no JSON would throw above.
              expect(status, `${asked}${query}`).to.be.within(200, 499);
            }
          }
        expect(cloud.rehearsal.report.summary().broken).to.deep.equal([]);
      });

  it("is no resource in a body either", async () => {
    for (const name of NAMES)
      for (const project of [PROJECT, name]) {
        const filter = `resource.type="cloud_run_job" AND resource.labels.job_name="${name}"`;
        const asked = { resourceNames: [`projects/${project}`], filter };
        expect((await cloud.ask("POST logging/v2/entries:list", asked)).status).to.equal(
          project === PROJECT ? 200 : 403,
        );
      }
  });

  it("may be a resource's, an annotation's, a policy's and an alias's", async () => {
    const ids = ["constructor", "__proto__", "toString"];
    const annotations = JSON.parse('{"constructor":"a","__proto__":"b"}') as object;
    for (const id of ids)
      await cloud.must(`POST ${secrets}?secretId=${id}`, { replication: { automatic: {} }, annotations });
    const shown = async (): Promise<string[]> =>
      ((await cloud.must(`GET ${secrets}`)).secrets as { name: string; annotations: object }[]).map(
        ({ name, annotations: kept }) => `${name.split("/").pop()} ${JSON.stringify(kept)}`,
      );
    const expected = ids.map((id) => `${id} ${JSON.stringify(annotations)}`);
    expect(await shown()).to.deep.equal(expected);
    await cloud.close();
    await cloud.open();
    // The connections of before are closed, which a client may find out only now.
    expect(await eventually(shown, (now) => now.length === ids.length)).to.have.members(expected);
    await cloud.must(`PATCH ${secrets}/constructor?updateMask=annotations.constructor`, {});
    expect(Object.keys((await cloud.must(`GET ${secrets}/constructor`)).annotations)).to.deep.equal(["__proto__"]);
    expect((await cloud.ask(`GET ${secrets}/constructor/versions/toString:access`)).status).to.equal(404);
    for (const id of ids) await cloud.must(`DELETE ${secrets}/${id}`);
    expect(await cloud.must(`GET ${secrets}`)).to.deep.equal({});
  });

  it("is neither a tier nor a channel", async () => {
    const instance = {
      name: "main",
      databaseVersion: "POSTGRES_15",
      settings: { tier: "constructor", edition: "ENTERPRISE" },
    };
    const answer = await cloud.ask(`POST sqladmin/sql/v1beta4/projects/${PROJECT}/instances`, instance);
    expect([answer.status, answer.body.error.message]).to.deep.equal([
      400,
      "Invalid request: Invalid Tier (constructor) for (ENTERPRISE) Edition.",
    ]);
    const channel = await cloud.ask(`POST monitoring/v3/projects/${PROJECT}/notificationChannels`, {
      type: "constructor",
    });
    expect(channel.status).to.equal(400);
  });

  it("is counted in the report", async () => {
    await cloud.ask("GET __proto__/v1/x");
    await cloud.ask("GET constructor/v1/x");
    const { requests } = cloud.rehearsal.report.summary();
    expect([Object.entries(requests).find(([api]) => api === "__proto__")?.[1], requests["constructor"]]).to.deep.equal(
      [1, 1],
    );
  });

  it("is nothing in an empty store", () => {
    const store = new Store(undefined);
    for (const name of NAMES) {
      expect(store.get(name, name)).to.equal(undefined);
      expect(store.put(name, name, { name })).to.deep.equal({ name });
      expect(store.list(name)).to.deep.equal([{ name }]);
    }
  });
});
