import { expect } from "chai";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect as dial, createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { contextProblems } from "../../docker/context";
import { ask, connect, engineHost, list, providerHost, withoutEngine } from "../../docker/connect";
import { fakeEngine, type FakeEngine } from "./fake-engine";

const VARIABLES = ["DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_CONFIG", "HOME"] as const;
const kept = VARIABLES.map((name) => [name, process.env[name]] as const);
const restore = (): void => {
  for (const [name, value] of kept)
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
};

describe("the Docker engine asked directly", () => {
  let engine: FakeEngine;
  before(async () => {
    engine = await fakeEngine({
      answer: ({ url = "", method }, response) => {
        if (url.startsWith("/containers/json")) response.end('[{"Id":"a"}]');
        else if (url.startsWith("/slow")) setTimeout(() => response.end('"late"'), 200);
        else if (url.startsWith("/broken")) response.end("[{");
        else if (url.startsWith("/_ping")) response.end(method === "HEAD" ? undefined : '"OK"');
        else response.writeHead(404).end(method === "HEAD" ? undefined : '{"message":"No such container: none"}');
      },
    });
  });
  after(() => engine.close());
  beforeEach(() => (process.env["DOCKER_HOST"] = engine.host));
  afterEach(restore);

  it("answers at its socket", async () => {
    expect(await list("/containers/json?all=true")).to.deep.equal([{ Id: "a" }]);
    expect(await ask({ path: "/_ping", method: "HEAD" })).to.deep.equal({ status: 200, body: undefined });
    expect((await ask({ path: "/containers/none/json" })).status).to.equal(404);
    expect(await ask({ path: "/slow" })).to.deep.equal({ status: 200, body: "late" });
  });

  it("answers where DOCKER_HOST says, over TCP too", async () => {
    const server = createServer((near) => {
      const far = dial(engine.socket);
      near.pipe(far).pipe(near);
      for (const end of [near, far]) end.on("error", () => [near, far].forEach((stream) => stream.destroy()));
    });
    await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
    process.env["DOCKER_HOST"] = `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      expect(await list("/containers/json?all=true")).to.deep.equal([{ Id: "a" }]);
      const file = "/containers/none/archive?path=%2Ftmp";
      expect((await ask({ path: file, method: "HEAD" })).status).to.equal(404);
    } finally {
      server.close();
    }
  });

  it("is an error that names what it answered, where it refuses", async () => {
    const error = await list("/containers/none/json").catch((each: Error & { statusCode?: number }) => each);
    expect((error as Error).message).to.match(/answered 404 to \/containers\/none\/json: .*No such container/);
    expect(error).to.have.property("statusCode", 404);
  });

  it("is an error where what it answers cannot be read", async () => {
    const error = await list("/broken").catch((each: Error) => each);
    expect(error).to.be.instanceOf(SyntaxError);
  });

  it("is an error with the connection's code, where nobody listens", async () => {
    process.env["DOCKER_HOST"] = "unix:///nowhere/docker.sock";
    const error = await ask({ path: "/_ping" }).catch((each: NodeJS.ErrnoException) => each);
    expect(error).to.have.property("code", "ENOENT");
  });

  it("is none for work that needs none, and is not looked for (M1)", async () => {
    process.env["DOCKER_HOST"] = withoutEngine.DOCKER_HOST;
    const error = await ask({ path: "/_ping" }).catch((each: NodeJS.ErrnoException) => each);
    expect(error).to.have.property("message", "there is no engine");
  });

  it("is the one that the client speaks to", async () => {
    const containers = await (await connect(engine.host)).listContainers();
    expect(containers.map(({ Id }) => Id)).to.deep.equal(["a"]);
  });
});

describe("where the engine listens", () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(path.join(tmpdir(), "docker-home-"));
    process.env["HOME"] = home;
    for (const name of ["DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_CONFIG"]) delete process.env[name];
  });
  afterEach(() => {
    restore();
    rmSync(home, { recursive: true });
  });

  const writeContext = (name: string, host: string, config = path.join(home, ".docker")): void => {
    const folder = path.join(config, "contexts/meta", createHash("sha256").update(name).digest("hex"));
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, "meta.json"), JSON.stringify({ Endpoints: { docker: { Host: host } } }));
  };

  it("is what docker's current context says, unless DOCKER_HOST does; the provider knows no contexts", () => {
    writeContext("far", "tcp://10.0.0.9:2375");
    writeFileSync(path.join(home, ".docker/config.json"), JSON.stringify({ currentContext: "far" }));
    expect(engineHost()).to.equal("tcp://10.0.0.9:2375");
    expect(providerHost()).to.equal("unix:///var/run/docker.sock");
    process.env["DOCKER_HOST"] = "unix:///mine.sock";
    expect([engineHost(), providerHost()]).to.deep.equal(["unix:///mine.sock", "unix:///mine.sock"]);
  });

  it("is what the config in DOCKER_CONFIG says, where that is Docker's folder", () => {
    writeContext("far", "tcp://10.0.0.9:2375");
    writeFileSync(path.join(home, ".docker/config.json"), JSON.stringify({ currentContext: "far" }));
    process.env["DOCKER_CONFIG"] = path.join(home, ".docker");
    process.env["HOME"] = "/nowhere";
    expect(engineHost()).to.equal("tcp://10.0.0.9:2375");
  });

  it("is what DOCKER_CONTEXT says, before the configured one", () => {
    writeContext("near", "unix:///near.sock");
    process.env["DOCKER_CONTEXT"] = "near";
    expect(engineHost()).to.equal("unix:///near.sock");
  });

  for (const [whose, name, socket] of [
    ["Colima", "colima", ".colima/default/docker.sock"],
    ["OrbStack", "orbstack", ".orbstack/run/docker.sock"],
    ["Rancher Desktop", "rancher-desktop", ".rd/docker.sock"],
    ["Docker Desktop", "desktop-linux", ".docker/run/docker.sock"],
  ] as const) {
    it(`is the socket of ${whose}, by the context that it makes the current one`, () => {
      const host = `unix://${path.join(home, socket)}`;
      writeContext(name, host);
      writeFileSync(path.join(home, ".docker/config.json"), JSON.stringify({ currentContext: name }));
      expect(engineHost()).to.equal(host);
    });

    it(`is the socket of ${whose} without a context too, where no other is there`, function () {
      mkdirSync(path.dirname(path.join(home, socket)), { recursive: true });
      writeFileSync(path.join(home, socket), "");
      const usual = "/var/run/docker.sock";
      expect(engineHost()).to.equal(existsSync(usual) ? `unix://${usual}` : `unix://${path.join(home, socket)}`);
    });
  }

  it("is looked for in the folder that DOCKER_CONFIG names, as docker does", () => {
    process.env["DOCKER_CONFIG"] = path.join(home, "elsewhere");
    writeContext("near", "unix:///near.sock", process.env["DOCKER_CONFIG"]);
    process.env["DOCKER_CONTEXT"] = "near";
    expect([engineHost(), contextProblems()]).to.deep.equal(["unix:///near.sock", []]);
  });

  it("is not guessed where the chosen context is not there", () => {
    mkdirSync(path.join(home, ".docker"));
    writeFileSync(path.join(home, ".docker/config.json"), JSON.stringify({ currentContext: "colima" }));
    expect(contextProblems().map(({ path: at, cure }) => [at, cure])).to.deep.equal([
      ["docker context colima", "docker context use default"],
    ]);
    process.env["DOCKER_CONTEXT"] = "gone";
    expect(contextProblems().map(({ path: at, cure }) => [at, cure])).to.deep.equal([
      ["docker context gone", "unset DOCKER_CONTEXT"],
    ]);
    process.env["DOCKER_HOST"] = "unix:///mine.sock";
    expect(contextProblems()).to.deep.equal([]);
  });
});
