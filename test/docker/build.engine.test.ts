import { expect } from "chai";
import Docker from "dockerode";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { buildImage, filesIn } from "../../docker/build";
import { imagePrefix } from "../offline/container";

/** A step that takes longer than a client's session lives, then one that asks for secrets. */
const dockerfile = (): string => `
ARG BASE
FROM \${BASE}
RUN sleep 3; echo ${Date.now()}
RUN --mount=type=secret,id=proxies --mount=type=secret,id=authorities,mode=0444 \\
    test -e /run/secrets/proxies && test -e /run/secrets/authorities
`;

describe("a build by the engine's API", function () {
  this.timeout(60_000);
  const name = "fleet-test-build:secrets";
  const docker = new Docker();
  let folder: string;
  before(() => void (folder = mkdtempSync(path.join(tmpdir(), "fleet-test-"))));
  after(async () => {
    rmSync(folder, { recursive: true, force: true });
    await docker.getImage(name).remove();
  });

  it("has its secrets in a late step too, and leaves them in no image", async () => {
    writeFileSync(path.join(folder, "Dockerfile"), dockerfile());
    const buildargs = { BASE: `${imagePrefix}debian:bookworm-slim` };
    await buildImage({ docker, name, files: filesIn(folder, ["Dockerfile"]), dockerfile: "Dockerfile", buildargs });
    const container = await docker.createContainer({ Image: name, Cmd: ["ls", "-A", "/run/secrets"] });
    try {
      await container.start();
      await container.wait();
      const logs = await container.logs({ stdout: true });
      expect(logs.toString()).not.to.match(/proxies|authorities/);
    } finally {
      await container.remove({ force: true });
    }
  });
});
