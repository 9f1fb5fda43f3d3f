import { expect } from "chai";
import { createHash } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import type { FastifyRequest } from "fastify";
import type { Realise } from "../../rehearsal/realise";
import { refusedTag } from "../../rehearsal/immutable-tags";
import { Store } from "../../rehearsal/store";

const REPOSITORY = "projects/p/locations/us-central1/repositories/apps";
const TAKEN = "one";
const digest = `sha256:${createHash("sha256").update(TAKEN).digest("hex")}`;

describe("a tag of a repository whose tags are immutable", () => {
  const store = new Store(undefined);
  let server: Server;

  /** The registry has the tag `v1` alone. */
  before((done) => {
    server = createServer(({ url }, response) => {
      if (url === "/v2/p/apps/web/manifests/v1") response.setHeader("docker-content-digest", digest);
      else response.statusCode = 404;
      response.end();
    }).listen(0, "127.0.0.1", done);
  });
  after(() => server.close());

  const asked = async (method: string, reference: string, manifest = "", immutableTags = true) => {
    store.put("artifactregistry.repositories", REPOSITORY, { name: REPOSITORY, dockerConfig: { immutableTags } });
    const url = `/v2/p/apps/web/manifests/${reference}`;
    const request = { method, url, body: Readable.from([Buffer.from(manifest)]) } as unknown as FastifyRequest;
    const upstream = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const cloud = { store, realise: { token: "t" } as Realise };
    return { request, refused: await refusedTag({ cloud, request, repository: REPOSITORY, upstream }) };
  };

  it("is given to no other image, and not taken away", async () => {
    const words = /^cannot (update|delete) tag "v1"\. The repository has enabled tag immutability$/;
    expect((await asked("PUT", "v1", "two")).refused).to.match(words);
    expect((await asked("DELETE", "v1")).refused).to.match(words);
  });

  it("is given to its own image again, which still arrives", async () => {
    const { request, refused } = await asked("PUT", "v1", TAKEN);
    expect(refused).to.equal(undefined);
    expect(Buffer.concat(await (request.body as Readable).toArray()).toString()).to.equal(TAKEN);
  });

  it("is given to no manifest that the registry would not take", async () => {
    const refused = await asked("PUT", "v1", "x".repeat(4 * 2 ** 20 + 1));
    expect(refused.refused).to.match(/^cannot update tag/);
  });

  it("may be new, and images may come and go by digest", async () => {
    for (const [method, reference] of [
      ["PUT", "v2"],
      ["PUT", digest],
      ["DELETE", digest],
      ["GET", "v1"],
    ] as const)
      expect((await asked(method, reference, "two")).refused, reference).to.equal(undefined);
    expect((await asked("PUT", "v1", "two", false)).refused).to.equal(undefined);
  });
});
