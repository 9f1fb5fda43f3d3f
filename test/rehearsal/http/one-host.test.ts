import { expect } from "chai";
import { PROJECT, TestCloud } from "../cloud";
import { asking } from "./client";

const SECRETS = `/v1/projects/${PROJECT}/secrets`;
const LOCATION = `/v1/projects/${PROJECT}/locations/europe-west1`;

describe("any client of the rehearsed cloud", () => {
  const cloud = new TestCloud(32780);
  const ask = asking(cloud);
  before(async () => {
    await cloud.open();
    cloud.enable("secretmanager", "artifactregistry", "iam", "monitoring", "run", "redis");
    await cloud.must(`POST secretmanager${SECRETS}?secretId=one`, { replication: { automatic: {} } });
  });
  after(async () => {
    // Nothing was made with an engine.
    for (const service of ["artifactregistry", "run", "redis"])
      cloud.rehearsal.cloud.store.put("serviceusage.enabled", `${service}.googleapis.com`, { enabled: false });
    await cloud.remove();
  });

  describe("may ask at one host for all", () => {
    it("with Google's own paths", async () => {
      for (const path of [
        `${SECRETS}/one`,
        `/v2/projects/${PROJECT}/locations/europe-west1/services`,
        `/v1/projects/${PROJECT}/serviceAccounts`,
        `/v3/projects/${PROJECT}/alertPolicies`,
        `/v1/projects/${PROJECT}`,
        `${LOCATION}/repositories`,
        `${LOCATION}/instances`,
      ])
        expect((await ask({ path })).status, path).to.equal(200);
    });

    it("for an operation too, whose path several APIs have", async () => {
      const made = await ask({
        verb: "POST",
        path: `${LOCATION}/repositories?repositoryId=plain`,
        body: '{"format":"PYTHON"}',
      });
      expect((await cloud.done("artifactregistry/v1", made.body)).response.format).to.equal("PYTHON");
      expect((await ask({ path: `/v1/${made.body.name}` })).body.done).to.equal(true);
      const noted = cloud.rehearsal.report.entries().at(-1);
      expect(noted?.method).to.equal("artifactregistry.projects.locations.operations.get");
    });

    it("or at a host for each", async () => {
      for (const host of [
        "secretmanager.googleapis.com",
        "europe-west1-secretmanager.googleapis.com",
        `secretmanager.localhost:${cloud.port}`,
      ])
        expect((await ask({ path: `${SECRETS}/one`, headers: { host } })).status, host).to.equal(200);
      expect((await ask({ path: `${SECRETS}/one`, headers: { host: "run.googleapis.com" } })).status).to.equal(404);
      const strange = await ask({ path: `${SECRETS}/one`, headers: { host: "secretmanager.example.com" } });
      expect(strange.status).to.equal(421);
    });

    it("and is told what no API here has", async () => {
      const { status, body } = await ask({ path: `/v1/projects/${PROJECT}/topics` });
      expect([status, body.error.status]).to.deep.equal([501, "UNIMPLEMENTED"]);
    });
  });

  describe("may be made from Google's documents when it runs", () => {
    it("which are here for everybody, as the discovery service has them", async () => {
      const paths = ["/discovery/v1/apis/run/v2/rest", "/run/$discovery/rest?version=v2", "/run/%24discovery/rest"];
      for (const path of paths) {
        const { body } = await ask({ path, headers: { authorization: "" } });
        const { services } = body.resources.projects.resources.locations.resources;
        expect([
          body.rootUrl,
          services.methods.create.parameterOrder,
          services.methods.create.httpMethod,
        ]).to.deep.equal([...[`http://127.0.0.1:${cloud.port}/run/`, ["parent"], "POST"]]);
      }
      const { body } = await ask({ path: "/discovery/v1/apis" });
      expect(body.items.map(({ id }: { id: string }) => id)).to.include.members(["run:v2", "sqladmin:v1beta4"]);
      expect((await ask({ path: "/$discovery/rest?version=v1" })).status).to.equal(404);
      expect((await ask({ path: "/discovery/v1/apis/run/v9/rest" })).status).to.equal(404);
      // Of what is not the discovery service's own, nothing is for everybody, and nothing is in the report.
      cloud.rehearsal.report.empty();
      const others = [
        "/discovery/v1/apis/a/b/c",
        "/foo/$discovery/rest",
        "/v2/$discovery/rest",
        "/run/v2/$discovery/rest",
      ];
      for (const path of others)
        expect((await ask({ path, headers: { authorization: "" } })).status, path).to.equal(401);
      expect(cloud.rehearsal.report.entries()).to.deep.equal([]);
      expect(
        (await ask({ path: `/run/v2/projects/${PROJECT}/locations/l/services`, headers: { authorization: "" } }))
          .status,
      ).to.equal(401);
    });
  });
});
