import { expect } from "chai";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { logInFor, registryOf } from "../../docker/log-in";

const HUB = "https://index.docker.io/v1/";
const basic = (text: string): { auth: string } => ({ auth: Buffer.from(text).toString("base64") });

describe("the log-in for an image's registry (M13)", () => {
  const { DOCKER_CONFIG, PATH } = process.env;
  let folder: string;
  const write = (config: object): void => writeFileSync(path.join(folder, "config.json"), JSON.stringify(config));
  /** A store of credentials, as Docker Desktop and clouds bring them: it knows one registry. */
  const writeHelper = (name: string, registry: string, answer: object): void => {
    const file = path.join(folder, `docker-credential-${name}`);
    const known = `[ "$(cat)" = "${registry}" ] || { echo credentials not found in native keychain; exit 1; }`;
    writeFileSync(file, `#!/bin/sh\n${known}\necho '${JSON.stringify(answer)}'\n`);
    chmodSync(file, 0o755);
  };

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "docker-config-"));
    process.env["DOCKER_CONFIG"] = folder;
    process.env["PATH"] = `${folder}:${PATH}`;
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
    process.env["PATH"] = PATH;
    if (DOCKER_CONFIG === undefined) delete process.env["DOCKER_CONFIG"];
    else process.env["DOCKER_CONFIG"] = DOCKER_CONFIG;
  });

  it("is asked for by the registry's name", () => {
    const hub = ["redis:7", "postgis/postgis:15", "docker.io/library/redis:7"];
    expect(hub.map(registryOf)).to.deep.equal([HUB, HUB, HUB]);
    const others = ["mirror.example/redis:7", "localhost:5000/redis", "localhost/redis"];
    expect(others.map(registryOf)).to.deep.equal(["mirror.example", "localhost:5000", "localhost"]);
  });

  it("is none where nobody has logged in", () => {
    expect(logInFor("redis:7")).to.equal(undefined);
    write({ auths: { "mirror.example": basic("ana:secret") } });
    expect(logInFor("redis:7")).to.equal(undefined);
  });

  it("is the one in Docker's config, whose password may hold colons", () => {
    write({ auths: { [HUB]: basic("ana:se:cret"), "https://mirror.example": basic("eva:word") } });
    expect(logInFor("redis:7")).to.deep.equal({ username: "ana", password: "se:cret", serveraddress: HUB });
    expect(logInFor("mirror.example/redis:7")).to.include({ username: "eva", password: "word" });
  });

  it("is the one of the store that Docker's config names, for all registries or for one", () => {
    writeHelper("desktop", HUB, { Username: "ana", Secret: "kept" });
    writeHelper("cloud", "mirror.example", { Username: "<token>", Secret: "short-lived" });
    write({ auths: { [HUB]: {} }, credsStore: "desktop", credHelpers: { "mirror.example": "cloud" } });
    expect(logInFor("redis:7")).to.deep.equal({ username: "ana", password: "kept", serveraddress: HUB });
    expect(logInFor("mirror.example/a")).to.deep.equal({
      identitytoken: "short-lived",
      serveraddress: "mirror.example",
    });
    expect(logInFor("other.example/a")).to.equal(undefined);
  });

  it("is none where the store is not installed: a public image needs none", () => {
    write({ credsStore: "nowhere" });
    expect(logInFor("redis:7")).to.equal(undefined);
  });
});
