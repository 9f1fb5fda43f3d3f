import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";

export type PrivateRegistry = { host: string; login: { username: string; password: string }; close: () => void };

const digestOf = (body: Buffer): string => `sha256:${createHash("sha256").update(body).digest("hex")}`;

/** A registry on loopback that gives one small image, under every name, to who is logged in. */
export const privateRegistry = async (): Promise<PrivateRegistry> => {
  const login = { username: "ana", password: "of a test" };
  const tar = Buffer.alloc(1024);
  const layer = gzipSync(tar);
  const rootfs = { type: "layers", diff_ids: [digestOf(tar)] };
  const config = Buffer.from(JSON.stringify({ architecture: "amd64", os: "linux", config: {}, rootfs }));
  const described = (body: Buffer, kind: string) => ({
    ...{ mediaType: `application/vnd.docker.${kind}`, size: body.length, digest: digestOf(body) },
  });
  const mediaType = "application/vnd.docker.distribution.manifest.v2+json";
  const manifest = Buffer.from(
    JSON.stringify({
      ...{ schemaVersion: 2, mediaType, config: described(config, "container.image.v1+json") },
      layers: [described(layer, "image.rootfs.diff.tar.gzip")],
    }),
  );
  const blobs = new Map([config, layer].map((body) => [digestOf(body), body]));
  const allowed = `Basic ${Buffer.from(`${login.username}:${login.password}`).toString("base64")}`;
  const server = createServer(({ url = "", method, headers }, answer) => {
    if (headers.authorization !== allowed)
      return answer.writeHead(401, { "WWW-Authenticate": 'Basic realm="test"' }).end();
    const isManifest = url.includes("/manifests/");
    const body = isManifest ? manifest : (blobs.get(url.split("/").at(-1) ?? "") ?? Buffer.from("{}"));
    const type = isManifest ? mediaType : "application/octet-stream";
    const length = { "Content-Length": body.length };
    answer.writeHead(200, { "Content-Type": type, "Docker-Content-Digest": digestOf(body), ...length });
    return answer.end(method === "HEAD" ? undefined : body);
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  return { host: `localhost:${(server.address() as AddressInfo).port}`, login, close: () => server.close() };
};
