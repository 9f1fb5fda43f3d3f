import { expect } from "chai";
import type Docker from "dockerode";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { text } from "node:stream/consumers";
import { extract } from "tar-stream";
import { pulledImage } from "../../rehearsal/apis/run/image";
import { secretFiles } from "../../rehearsal/apis/run/secret-values";
import type { Container, Volume } from "../../rehearsal/apis/run/shapes";
import type { Realise } from "../../rehearsal/realise";
import { startContainer } from "../../rehearsal/realise/containers";
import { PROJECT, TestCloud } from "./cloud";

describe("the files of a container", () => {
  it("are in it before it starts, with their modes", async () => {
    const did: string[] = [];
    const container = {
      id: "1",
      putArchive: async (archive: Readable, { path }: { path: string }) => {
        const reader = extract().on("entry", (header, stream, next) => {
          void text(stream).then((content) => {
            did.push(`${path}${header.name} ${header.mode?.toString(8)} ${content}`);
            next();
          });
        });
        await pipeline(archive, reader);
      },
      start: () => Promise.resolve(void did.push("start")),
      inspect: () => Promise.resolve({}),
      remove: () => Promise.resolve(),
    };
    const docker = { createContainer: () => Promise.resolve(container), getContainer: () => container };
    const realise = { docker: { ...docker, info: () => Promise.resolve({ NCPU: 2 }) }, labels: {} };
    const files = [{ path: "/secrets/key", content: Buffer.from("word"), mode: 0o400 }];
    await startContainer(realise as unknown as Realise, { name: "one", files });
    expect(did).to.deep.equal(["/secrets/key 400 word", "start"]);
  });
});

describe("a volume of a secret", () => {
  const cloud = new TestCloud(32731);
  const secrets = `secretmanager/v1/projects/${PROJECT}/secrets`;
  const account = "web@example.com";
  const read = (volume: Partial<Volume>) => {
    const container: Container = { volumeMounts: [{ name: "v", mountPath: "/secrets" }] };
    const template = { containers: [container], volumes: [{ name: "v", ...volume }] };
    return secretFiles(cloud.rehearsal.cloud, { template, container, account }).map(({ path, content, mode }) => [
      path,
      content.toString(),
      mode,
    ]);
  };

  before(async () => {
    await cloud.open();
    cloud.enable("secretmanager");
    await cloud.must(`POST ${secrets}?secretId=key`, { replication: { automatic: {} } });
    for (const data of ["one", "two"])
      await cloud.must(`POST ${secrets}/key:addVersion`, { payload: { data: Buffer.from(data).toString("base64") } });
  });
  after(() => cloud.remove());

  it("stops a container whose account may not read it", () => {
    expect(() => read({ secret: { secret: "key" } })).to.throw(/Permission denied on secret: .*\/versions\/latest/);
  });

  it("is a file of the secret's name, or the files that it names", async () => {
    const bindings = [{ role: "roles/secretmanager.secretAccessor", members: [`serviceAccount:${account}`] }];
    await cloud.must(`POST ${secrets}/key:setIamPolicy`, { policy: { bindings } });
    expect(read({ secret: { secret: "key" } })).to.deep.equal([["/secrets/key", "two", 0o444]]);
    const items = [
      { path: "a/old", version: "1", mode: 0o400 },
      { path: "new", version: "latest", mode: 0 },
    ];
    expect(read({ secret: { secret: `projects/${PROJECT}/secrets/key`, items, defaultMode: 0o440 } })).to.deep.equal([
      ["/secrets/a/old", "one", 0o400],
      ["/secrets/new", "two", 0o440],
    ]);
    expect(read({ emptyDir: {} })).to.deep.equal([]);
  });
});

describe("an image of a container", () => {
  /** An engine with these images, which pulls nothing and tells what it is asked for and with which password. */
  const engineWith = (images: string[]) => {
    const asked: unknown[] = [];
    const gone = Object.assign(new Error("no such image"), { statusCode: 404 });
    const docker = {
      getImage: (name: string) => ({
        inspect: () => (images.includes(name) ? Promise.resolve({}) : Promise.reject(gone)),
      }),
      pull: (name: string, { authconfig }: { authconfig?: { password: string } }) => {
        asked.push([name, authconfig?.password]);
        return Promise.reject(new Error("no such host"));
      },
    };
    return { docker: docker as unknown as Docker, asked };
  };
  const realiseWith = (docker: Docker, imagePrefix: string) =>
    ({ realise: { docker, imagePrefix, registry: "localhost:9010", token: "ours" } as Realise }) as const;

  it("of the cloud's own registry is asked for with the cloud's password, every other one without", async () => {
    const { docker, asked } = engineWith(["offline/localhost:9010/p/apps/web:1"]);
    for (const image of ["localhost:9010/p/apps/web:1", "us-docker.pkg.dev/cloudrun/container/hello"])
      await pulledImage(realiseWith(docker, "offline/"), image).then(
        () => expect.fail(image),
        ({ message }: Error) => expect(message).to.equal(`Image '${image}' not found. (no such host)`),
      );
    expect(asked).to.deep.equal([
      ["localhost:9010/p/apps/web:1", "ours"],
      ["us-docker.pkg.dev/cloudrun/container/hello", undefined],
    ]);
  });

  it("of another registry may have a stand-in under the prefix of base images", async () => {
    const { docker, asked } = engineWith(["offline/us-docker.pkg.dev/cloudrun/container/hello"]);
    const image = await pulledImage(realiseWith(docker, "offline/"), "us-docker.pkg.dev/cloudrun/container/hello");
    expect(image).to.equal("offline/us-docker.pkg.dev/cloudrun/container/hello");
    expect(asked).to.deep.equal([]);
  });
});
