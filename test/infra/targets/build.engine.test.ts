import { expect } from "chai";
import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { imageReference, PYTHON_IMAGE } from "../../../infra/targets/base-image";
import { writeEgress } from "../../../infra/targets/egress";
import { buildOf } from "../../../infra/targets/shared/image";
import { failureIn } from "../../../ops/start/failed-builds";
import { recall } from "../../../ops/start/memory";
import { standInImagePrefix } from "../../../offline/index";
import { HIDDEN, inspectingProxy, type Proxy } from "../../proxy";
import { Program } from "../../rehearsal/program";

const CONTEXT = ".fleet/contexts/test";
const BASE = imageReference({ image: PYTHON_IMAGE, prefix: recall().images === "offline" ? standInImagePrefix : "" });
/** A step that downloads, as services/Dockerfile has them; no run of before has left it in the builder's cache. */
const DOWNLOADING = `FROM ${BASE}
ENV RUN_OF_THE_TEST=${randomUUID()}
COPY egress.sh /build/
RUN --mount=type=secret,id=proxies --mount=type=secret,id=authorities,mode=0444 \\
    . /build/egress.sh \\
    && python -c 'import urllib.request as u; print(u.urlopen("https://${HIDDEN}/").read())'
`;

type Addresses = { Subnet: string; Gateway?: string };

describe("a build by the provider", () => {
  const root = process.cwd();
  const program = new Program({ port: 1, token: "none" });
  let proxy: Proxy;

  const up = (dockerfile: string) => {
    writeFileSync(join(program.folder, CONTEXT, "Dockerfile"), dockerfile);
    const args = { name: `fleet-test/build:${process.pid}`, build: buildOf(CONTEXT) };
    program.write(`new (require("@pulumi/docker").RemoteImage)("built", ${JSON.stringify(args)});`);
    return program.up("--diff");
  };
  const inProgram = (env: NodeJS.ProcessEnv): string[] => {
    process.chdir(program.folder);
    try {
      return writeEgress(env);
    } finally {
      process.chdir(root);
    }
  };
  const log = (): string => readFileSync(join(program.folder, `${CONTEXT}.log`), "utf8");

  before(async () => {
    await program.open("", ["docker"]);
    mkdirSync(join(program.folder, CONTEXT), { recursive: true });
    copyFileSync("services/egress.sh", join(program.folder, CONTEXT, "egress.sh"));
    const inspect = ["network", "inspect", "bridge", "-f", "{{json (index .IPAM.Config 0)}}"];
    const { Subnet: subnet, Gateway: named } = JSON.parse(execFileSync("docker", inspect).toString()) as Addresses;
    // Before its second start the engine (20.10, 2026-11-29) does not name it: it is the first address.
    proxy = await inspectingProxy(named ?? subnet.replace(/\.0\/\d+$/, ".1"));
  });
  after(() => {
    program.remove();
    proxy.close();
  });

  it("says why a step failed, in a log (M28)", async () => {
    inProgram({});
    const { code, output } = await up(`FROM ${BASE}\nRUN echo the reason >&2; exit 3\n`);
    expect(code).to.not.equal(0);
    expect(output).to.not.match(/^the reason/m);
    expect(failureIn(log())?.join("\n")).to.match(/^\[2\/2\] RUN echo[^]*\n[\d.]+ the reason\nERROR: .*exit code: 3$/);
  });

  it("goes through this machine's proxy and trusts its authority, of which nothing is kept (M12)", async () => {
    inProgram({
      https_proxy: `http://ana:password@${proxy.url.slice("http://".length)}`,
      SSL_CERT_FILE: proxy.authority,
    });
    const { code, output } = await up(DOWNLOADING);
    expect(code, output + log()).to.equal(0);
    expect(proxy.asked).to.deep.equal([`${HIDDEN}:443`]);
    expect(log()).to.match(/from behind the proxy/);
    const { output: state } = await program.pulumi("stack", "export");
    expect(state).to.match(/RemoteImage/);
    expect(state).to.not.match(/password|CERTIFICATE|hidden\.example/);
    const history = execFileSync("docker", ["history", "--no-trunc", `fleet-test/build:${process.pid}`]).toString();
    expect(history).to.not.match(/password/);
  });

  it("makes the same where there is no proxy: nothing changes", async () => {
    inProgram({});
    const { changes } = await up(DOWNLOADING);
    expect(changes).to.deep.equal({ unchanged: 2 });
    execFileSync("docker", ["image", "rm", `fleet-test/build:${process.pid}`]);
  });
});
