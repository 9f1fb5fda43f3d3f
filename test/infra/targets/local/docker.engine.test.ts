import { expect } from "chai";
import { connect as dial, createServer, type AddressInfo, type Server } from "node:net";
import { ask, list } from "../../../../infra/targets/local/docker";

const host = process.env["DOCKER_HOST"];
const socket = (host ?? "unix:///var/run/docker.sock").replace("unix://", "");

/** The engine of this machine at a TCP port, as a remote one is reached. */
const forwarder = async (): Promise<Server> => {
  const server = createServer((near) => {
    const far = dial(socket);
    near.pipe(far).pipe(near);
    for (const end of [near, far]) end.on("error", () => [near, far].forEach((stream) => stream.destroy()));
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  return server;
};

describe("the Docker engine asked directly", () => {
  afterEach(() => {
    if (host === undefined) delete process.env["DOCKER_HOST"];
    else process.env["DOCKER_HOST"] = host;
  });

  it("answers at its socket", async () => {
    expect(await list("/containers/json?all=true")).to.be.an("array");
    expect(await ask({ path: "/_ping", method: "HEAD" })).to.deep.equal({ status: 200, body: undefined });
    expect((await ask({ path: "/containers/no-such/json" })).status).to.equal(404);
  });

  it("answers where DOCKER_HOST says", async () => {
    const server = await forwarder();
    process.env["DOCKER_HOST"] = `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      expect(await list("/containers/json?all=true")).to.be.an("array");
      const file = "/containers/no-such/archive?path=%2Ftmp";
      expect((await ask({ path: file, method: "HEAD" })).status).to.equal(404);
    } finally {
      server.close();
    }
  });

  it("is an error that names what it answered, where it refuses", async () => {
    let message = "";
    await list("/containers/no-such/json").catch((error: Error) => (message = error.message));
    expect(message).to.match(/answered 404 to \/containers\/no-such\/json: .*[Nn]o such container/);
  });

  it("is an error with the connection's code, where nobody listens", async () => {
    process.env["DOCKER_HOST"] = "unix:///nowhere/docker.sock";
    let code: string | undefined;
    await ask({ path: "/_ping" }).catch((error: NodeJS.ErrnoException) => (code = error.code));
    expect(code).to.equal("ENOENT");
  });
});
