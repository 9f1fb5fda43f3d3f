import { expect } from "chai";
import { imageReference, leadsToRegistry, PYTHON_IMAGE, readBaseId } from "../../../infra/targets/base-image";
import digests from "../../../infra/targets/digests.json";
import { sourcesFor } from "../../../infra/targets/build";
import { resolve } from "node:path";
import { fakeEngine, type FakeEngine } from "../../docker/fake-engine";

describe("base images", () => {
  const host = process.env["DOCKER_HOST"];
  const recorded = digests as Record<string, string>;
  const before = { ...recorded };
  let engine: FakeEngine;
  let asked: string[];
  beforeEach(async () => {
    asked = [];
    engine = await fakeEngine({
      answer: ({ url = "" }, response) => {
        asked.push(url);
        response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ Id: "sha256:local" }));
      },
    });
    process.env["DOCKER_HOST"] = engine.host;
  });
  afterEach(async () => {
    if (host === undefined) delete process.env["DOCKER_HOST"];
    else process.env["DOCKER_HOST"] = host;
    for (const name of Object.keys(recorded)) delete recorded[name];
    Object.assign(recorded, before);
    await engine.close();
  });

  it("are used by their recorded digest, from a mirror too, and not where a machine made them", () => {
    recorded["redis:7"] = "sha256:1";
    const reference = (prefix: string) => imageReference({ image: "redis:7", prefix });
    expect(reference("")).to.equal("redis:7@sha256:1");
    expect(reference("mirror.example/library/")).to.equal("mirror.example/library/redis:7@sha256:1");
    expect(reference("fleet-offline/")).to.equal("fleet-offline/redis:7");
    expect(imageReference({ image: "redis:8", prefix: "" })).to.equal("redis:8");
    expect(leadsToRegistry("localhost:5000/")).to.equal(true);
  });

  it("of services are known by the id that this machine has, unless a digest says what they are", async () => {
    delete recorded[PYTHON_IMAGE];
    const idOf = (target: "local" | "gcp", imagePrefix: string) => readBaseId({ target, imagePrefix });
    expect(await idOf("local", "fleet-offline/")).to.equal("sha256:local");
    expect(await idOf("gcp", "fleet-offline/")).to.equal("sha256:local");
    expect(await idOf("local", "")).to.equal("sha256:local");
    expect(asked).to.include(`/images/fleet-offline/${PYTHON_IMAGE}/json`);
    // Two machines that deploy one commit make one image.
    expect(await idOf("gcp", "")).to.equal(undefined);
    recorded[PYTHON_IMAGE] = "sha256:1";
    expect(await idOf("local", "")).to.equal(undefined);
  });

  it("are part of an image's hash, by digest and by id", () => {
    delete recorded[PYTHON_IMAGE];
    const image = { folder: "leads", stage: "production", mountsSource: false } as Parameters<
      typeof sourcesFor
    >[0]["image"];
    const hash = (of: { imagePrefix?: string; baseId?: string } = {}) =>
      sourcesFor({ image, imagePrefix: "", servicesFolder: resolve("services"), baseId: undefined, ...of }).hash;
    const without = hash();
    expect(hash({ baseId: "sha256:local" })).to.not.equal(without);
    expect(hash()).to.equal(without);
    recorded[PYTHON_IMAGE] = "sha256:1";
    expect(hash()).to.not.equal(without);
  });

  it("are built on with a service's code and without its tests", () => {
    const image = { folder: "leads", stage: "production", mountsSource: false } as Parameters<
      typeof sourcesFor
    >[0]["image"];
    const of = { image, imagePrefix: "", servicesFolder: resolve("services"), baseId: undefined };
    const paths = sourcesFor(of).files.map(({ path }) => path);
    expect(paths).to.include.members(["Dockerfile", "leads/manage.py", "chassis/chassis/entrypoint.py"]);
    expect(paths.filter((path) => /^(meet|leads\/tests|chassis\/(in_services\/)?tests)\//.test(path))).to.deep.equal(
      [],
    );
  });
});
