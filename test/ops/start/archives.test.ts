import { expect } from "chai";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createHash } from "node:crypto";
import { ProblemsError } from "../../../infra/problems";
import {
  cliArchive,
  download,
  fetchArchive,
  pluginArchive,
  PLATFORMS,
  PULUMI,
  readChecksums,
} from "../../../ops/start/archives";
import { pinArchives, pinImages } from "../../../ops/start/pin";
import { HIDDEN, inspectingProxy } from "../../proxy";
import { versionOf } from "../../../ops/start/tools";

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
const archive = { place: "plugins", file: `pulumi-test-${process.pid}.tar.gz` } as const;
const silent = (): void => {};

describe("what set-up downloads", () => {
  const { CI } = process.env;
  let server: Server;
  let folder: string;
  let publisher: { site: string; checksums: string };
  let asked: string[];
  const record = (checksums: Record<string, string>): void =>
    writeFileSync(publisher.checksums, JSON.stringify(checksums));

  beforeEach(async () => {
    delete process.env["CI"];
    asked = [];
    server = createServer((request, response) => {
      asked.push(request.url ?? "");
      response.end(request.url?.includes("large") ? "x".repeat(2e6) : "release");
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    folder = mkdtempSync(join(tmpdir(), "fleet-archives-"));
    const site = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    publisher = { site, checksums: join(folder, "checksums.json") };
    record({});
  });
  afterEach(() => {
    if (CI !== undefined) process.env["CI"] = CI;
    server.close();
    rmSync(folder, { recursive: true });
  });

  it("is used where it is the recorded release", async () => {
    record({ [archive.file]: sha256("release") });
    const file = await download({ archive, from: publisher, report: silent });
    expect(readFileSync(file ?? "", "utf8")).to.equal("release");
    expect(asked).to.deep.equal([`/plugins/${archive.file}`]);
    rmSync(file ?? "");
  });

  it("is refused and removed where it is another one", async () => {
    record({ [archive.file]: sha256("another") });
    const error = await download({ archive, from: publisher, report: silent }).catch((thrown: Error) => thrown);
    expect(error)
      .to.be.instanceOf(ProblemsError)
      .with.property("message")
      .that.matches(/is not the release that was/);
    expect(existsSync(join(".fleet/downloads", archive.file))).to.equal(false);
  });

  it("is recorded when it is first seen, and never in a workflow, which refuses it", async () => {
    process.env["CI"] = "true";
    const error = await download({ archive, from: publisher, report: silent }).catch((thrown: Error) => thrown);
    expect(error)
      .to.be.instanceOf(ProblemsError)
      .with.property("message")
      .that.matches(/has no checksum[^]*fleet pin/);
    expect(readChecksums(publisher.checksums)).to.deep.equal({});

    delete process.env["CI"];
    rmSync((await download({ archive, from: publisher, report: silent })) ?? "");
    expect(readChecksums(publisher.checksums)).to.deep.equal({ [archive.file]: sha256("release") });
  });

  it("is told how large it is", async () => {
    const lines: string[] = [];
    const large = { ...archive, file: `large-${archive.file}` };
    record({ [large.file]: sha256("x".repeat(2e6)) });
    rmSync((await download({ archive: large, from: publisher, report: (line) => lines.push(line) })) ?? "");
    expect(lines).to.deep.equal([`${large.file}: 2 MB`]);
  });

  it("is had at the second try where the first is cut off", async () => {
    server.prependOnceListener("request", (_, response) => response.destroy());
    record({ [archive.file]: sha256("release") });
    rmSync((await download({ archive, from: publisher, report: silent })) ?? "");
    expect(asked).to.have.lengthOf(2);
  });

  it("comes through the proxy, by the authority that SSL_CERT_FILE names (M12)", async () => {
    const proxy = await inspectingProxy();
    const variables = { https_proxy: proxy.url, no_proxy: "", SSL_CERT_FILE: proxy.authority };
    const before = Object.keys(variables).map((name) => [name, process.env[name]] as const);
    Object.assign(process.env, variables);
    const from = { ...publisher, site: `https://${HIDDEN}` };
    const file = await fetchArchive({ archive, from, report: silent });
    for (const [name, value] of before)
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    proxy.close();
    expect(readFileSync(file ?? "", "utf8")).to.equal("from behind the proxy");
    expect(proxy.asked).to.deep.equal([`${HIDDEN}:443`]);
    rmSync(file ?? "");
  });

  it("is nothing where the publisher cannot be reached", async () => {
    server.close();
    expect(await download({ archive, from: publisher, report: silent })).to.equal(undefined);
  });

  it("is pinned for every platform by one command, which never changes a recorded checksum", async () => {
    const cli = cliArchive({ version: versionOf("pulumi"), on: { os: "linux", arch: "x64" } }).file;
    record({ [cli]: "as it was", "pulumi-v1.0.0-linux-x64.tar.gz": "old" });
    expect(await pinArchives({ from: publisher, report: silent })).to.equal(true);
    const pinned = readChecksums(publisher.checksums);
    expect(Object.keys(pinned)).to.have.lengthOf(16);
    expect(pinned[cli]).to.equal("as it was");
    const plugin = pluginArchive({ name: "gcp", version: versionOf("gcp"), on: { os: "darwin", arch: "x64" } });
    expect(pinned[plugin.file]).to.equal(sha256("release"));
    expect(plugin.file).to.match(/-darwin-amd64\.tar\.gz$/);
    expect(await pinArchives({ from: publisher, report: silent })).to.equal(false);
  });
});

describe("the committed checksums", () => {
  it("name the installed CLI on every platform", () => {
    const checksums = readChecksums(PULUMI.checksums);
    for (const on of PLATFORMS)
      expect(checksums[cliArchive({ version: versionOf("pulumi"), on }).file]).to.match(/^[0-9a-f]{64}$/);
  });
});

describe("the digests of base images", () => {
  it("are moved all together or not at all", async () => {
    const folder = mkdtempSync(join(tmpdir(), "fleet-digests-"));
    const file = join(folder, "digests.json");
    writeFileSync(file, "{}\n");
    const digests: Record<string, string> = { "redis:7-bookworm": "sha256:1", "mariadb:11": "sha256:2" };
    const docker = {
      getImage: (name: string) => ({
        distribution: () =>
          digests[name] === undefined
            ? Promise.reject(new Error("no such host"))
            : Promise.resolve({ Descriptor: { digest: digests[name] } }),
      }),
    } as never;
    const pin = (...images: string[]) => pinImages({ docker, images, file, report: silent }).catch((e: Error) => e);
    expect(await pin("redis:7-bookworm", "postgres:15")).to.be.instanceOf(ProblemsError);
    expect(readFileSync(file, "utf8")).to.equal("{}\n");
    expect(await pin("redis:7-bookworm", "mariadb:11")).to.equal(true);
    expect(JSON.parse(readFileSync(file, "utf8"))).to.deep.equal(digests);
    rmSync(folder, { recursive: true });
  });
});
