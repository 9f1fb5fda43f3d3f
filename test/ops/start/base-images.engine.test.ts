import { expect } from "chai";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { connect, engineHost } from "../../../docker/connect";
import { hasImage } from "../../../docker/pull";
import { ensureBaseImages } from "../../../ops/start/base-images";
import { stackOf } from "../../../ops/stack/stack";
import { Program } from "../../rehearsal/program";
import { privateRegistry, type PrivateRegistry } from "../../registry";

const CONFIG = { "fleet:target": "local", "fleet:systems": '["leads"]' };

describe("the images of a registry with a log-in (M13)", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "fleet-log-in-"));
  const stack = { ...stackOf("dev"), configFile: path.join(folder, "Pulumi.dev.yaml") };
  const program = new Program({ port: 1, token: "none" });
  const { DOCKER_CONFIG } = process.env;
  let registry: PrivateRegistry;
  const image = (name: string): string => `${registry.host}/${name}`;

  const prepare = async (): Promise<string[]> => {
    const lines: string[] = [];
    const docker = await connect(engineHost());
    await ensureBaseImages({
      ...{ stack, config: { ...CONFIG, "fleet:imagePrefix": image("") } },
      ...{ engine: { docker, host: engineHost() }, report: (line: string) => void lines.push(line) },
      signal: new AbortController().signal,
    });
    return lines;
  };
  const logIn = (password: string): void => {
    const auth = Buffer.from(`${registry.login.username}:${password}`).toString("base64");
    writeFileSync(path.join(folder, "config.json"), JSON.stringify({ auths: { [registry.host]: { auth } } }));
  };

  before(async () => {
    registry = await privateRegistry();
    process.env["DOCKER_CONFIG"] = folder;
    writeFileSync(stack.configFile, "config: {}\n");
    await program.open("", ["docker"]);
  });
  after(async () => {
    const docker = await connect(engineHost());
    for (const name of ["postgres:15-bookworm", "redis:7-bookworm"])
      await docker.getImage(image(name)).remove().catch(() => undefined); // prettier-ignore
    registry.close();
    program.remove();
    rmSync(folder, { recursive: true });
    if (DOCKER_CONFIG === undefined) delete process.env["DOCKER_CONFIG"];
    else process.env["DOCKER_CONFIG"] = DOCKER_CONFIG;
  });

  it("cannot be had by the provider alone", async () => {
    program.write(
      `new (require("@pulumi/docker").RemoteImage)("redis", { name: "${image("redis:7-bookworm")}", keepLocally: true });`,
    );
    const { code, output } = await program.up();
    expect(code).to.not.equal(0);
    expect(output).to.match(/unable to pull image.*(?:unauthorized|authorization|basic auth)/);
  });

  it("are refused with a cure where the log-in is a wrong one", async () => {
    logIn("wrong");
    const error = await prepare().catch((thrown: Error) => thrown);
    expect((error as Error).message).to.match(/the engine could not pull it[^]*cure: docker login/);
  });

  it("are pulled before the update, which then needs no log-in and keeps none", async () => {
    logIn(registry.login.password);
    expect(await prepare()).to.include(`pulling ${image("redis:7-bookworm")} with the log-in to ${registry.host}`);
    const docker = await connect(engineHost());
    expect(await hasImage(docker, image("postgres:15-bookworm"))).to.equal(true);
    expect(await prepare()).to.deep.equal([]);
    const { code, output } = await program.up();
    expect(code, output).to.equal(0);
    const { output: state } = await program.pulumi("stack", "export");
    expect(state).to.match(/RemoteImage/);
    expect(state).to.not.include(registry.login.password);
  });
});
