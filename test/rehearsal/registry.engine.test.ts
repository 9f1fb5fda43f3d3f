import { expect } from "chai";
import Docker from "dockerode";
import { followed } from "../../docker/progress";
import { registryLogin } from "../../rehearsal/access";
import { PROJECT, TestCloud } from "./cloud";

const REPOSITORIES = `artifactregistry/v1/projects/${PROJECT}/locations/europe-west1/repositories`;

/** An empty tar file: an image without files. */
const NOTHING = Buffer.alloc(1024);

describe("rehearsed Artifact Registry", function () {
  const cloud = new TestCloud(32040);
  const docker = new Docker();
  const image = (repository: string): string => `localhost:${cloud.port}/${PROJECT}/${repository}/reservas`;

  const progress = (stream: NodeJS.ReadableStream): Promise<any[]> => followed(docker, stream);
  const push = async (name: string): Promise<any[]> =>
    progress(await docker.getImage(name).push({ tag: "abc123", authconfig: registryLogin(cloud.token) }));

  before(async () => {
    await cloud.open();
    cloud.enable("artifactregistry");
    const { Readable } = await import("node:stream");
    await progress(await docker.importImage(Readable.from([NOTHING]), { repo: image("apps"), tag: "abc123" }));
    await docker.getImage(`${image("apps")}:abc123`).tag({ repo: image("nothing"), tag: "abc123" });
  });
  after(async () => {
    // By another name an image stays, also by that of another rehearsal that had this port.
    const other = `localhost:${cloud.port}/fleet-other/apps/reservas:1`;
    await docker.getImage(`${image("nothing")}:abc123`).tag({ repo: other.replace(/:1$/, ""), tag: "1" });
    await cloud.remove();
    const names = (await docker.listImages()).flatMap(({ RepoTags, RepoDigests }) => [
      ...(RepoTags ?? []),
      ...(RepoDigests ?? []),
    ]);
    await docker.getImage(other).remove();
    expect(names).to.include(other);
    expect(names.filter((name) => name.startsWith(`localhost:${cloud.port}/${PROJECT}/`))).to.deep.equal([]);
  });

  it("tells where a repository's images go", async () => {
    const policy = { id: "recent", action: "KEEP", mostRecentVersions: { keepCount: 10 } };
    const body = { format: "DOCKER", cleanupPolicies: { recent: policy }, dockerConfig: { immutableTags: false } };
    const { response } = await cloud.done(
      "artifactregistry/v1",
      await cloud.must(`POST ${REPOSITORIES}?repositoryId=apps`, body),
    );
    expect(response.registryUri).to.equal(`localhost:${cloud.port}/${PROJECT}/apps`);
    expect(response.cleanupPolicies.recent).to.deep.equal(policy);
    const wrong = { cleanupPolicies: { recent: { ...policy, action: "DELETE" } } };
    expect((await cloud.ask(`PATCH ${REPOSITORIES}/apps?updateMask=cleanupPolicies`, wrong)).status).to.equal(400);
  });

  it("takes what the Docker engine pushes, and gives it back by digest", async () => {
    const lines = await push(image("apps"));
    const digest = lines.find(({ aux }) => aux)?.aux.Digest as string;
    expect(digest).to.match(/^sha256:/);
    // What the plugin asks when its first question got no answer.
    const accept = "application/vnd.docker.distribution.manifest.v1+prettyjws";
    const manifest = `http://localhost:${cloud.port}/v2/${PROJECT}/apps/reservas/manifests/abc123`;
    const { headers } = await fetch(manifest, { method: "HEAD", headers: { ...cloud.headers, accept } });
    expect(headers.get("docker-content-digest")).to.equal(digest);
    await docker.getImage(`${image("apps")}:abc123`).remove();
    const digested = `${image("apps")}@${digest}`;
    const unknown = await docker.pull(digested).then(progress, (error: Error) => error);
    expect((unknown as Error).message).to.match(/no basic auth credentials|unauthorized/i);
    await progress(await docker.pull(digested, { authconfig: registryLogin(cloud.token) }));
    expect((await docker.getImage(`${image("apps")}@${digest}`).inspect()).RepoDigests).to.include(
      `${image("apps")}@${digest}`,
    );
    await docker.getImage(`${image("apps")}@${digest}`).remove();
  });

  it("refuses a push to a repository that is not there", async () => {
    const failure: Error = await push(image("nothing")).then(
      () => new Error("pushed"),
      (error: Error) => error,
    );
    expect(failure.message).to.match(/not found|unknown/i);
  });

  it("gives an immutable tag to one image alone", async () => {
    const body = { format: "DOCKER", dockerConfig: { immutableTags: true } };
    await cloud.done("artifactregistry/v1", await cloud.must(`POST ${REPOSITORIES}?repositoryId=fixed`, body));
    const { Readable } = await import("node:stream");
    // Each import has a time of its own, and so a digest.
    const imported = async (): Promise<void> =>
      void (await progress(
        await docker.importImage(Readable.from([NOTHING]), { repo: image("fixed"), tag: "abc123" }),
      ));
    await imported();
    await push(image("fixed"));
    await push(image("fixed"));
    await imported();
    const failure: Error = await push(image("fixed")).then(
      () => new Error("pushed"),
      (error: Error) => error,
    );
    expect(failure.message).to.match(/cannot update tag "abc123"/);
  });

  it("forgets the images of a deleted repository", async () => {
    const removal = await cloud.must(`DELETE ${REPOSITORIES}/apps`);
    await cloud.done("artifactregistry/v1", removal);
    await cloud.done(
      "artifactregistry/v1",
      await cloud.must(`POST ${REPOSITORIES}?repositoryId=apps`, { format: "DOCKER" }),
    );
    const { status } = await fetch(`http://localhost:${cloud.port}/v2/${PROJECT}/apps/reservas/manifests/abc123`, {
      headers: cloud.headers,
    });
    expect(status).to.equal(404);
    expect(cloud.rehearsal.report.summary().ownViolations).to.deep.equal([]);
  });
});
