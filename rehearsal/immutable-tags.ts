import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import type { FastifyRequest } from "fastify";
import { registryHeader } from "./access";
import type { Cloud } from "./api";
import { TYPES } from "./registry-contents";
import type { Resource } from "./store";

const MANIFEST = /^\/v2\/[^/]+\/[^/]+\/.+\/manifests\/([^/?]+)/;
/** The largest manifest that the registry takes: https://github.com/distribution/distribution, handlers/app.go */
const MANIFEST_BYTES = 4 * 2 ** 20;

type Asked = { cloud: Pick<Cloud, "store" | "realise">; request: FastifyRequest; repository: string; upstream: string };

/**
 * The refusal of a push that gives an immutable tag to another image, or of a tag's removal; undefined for every other
 * request: https://cloud.google.com/artifact-registry/docs/repositories/create-repos#immutable-tags
 * @param of.upstream the registry's own address
 */
export const refusedTag = async ({ cloud, request, repository, upstream }: Asked): Promise<string | undefined> => {
  const [, tag = ""] = MANIFEST.exec(request.url) ?? [];
  const isChange = ["DELETE", "PUT"].includes(request.method) && tag !== "" && !tag.startsWith("sha256:");
  if (!isChange || !isImmutable(cloud, repository)) return undefined;
  const digest = await digestOf({ address: `${upstream}${request.url}`, token: cloud.realise.token });
  if (digest === undefined) return undefined;
  if (request.method === "PUT" && (await pushed(request)) === digest) return undefined;
  return immutable({ verb: request.method === "PUT" ? "update" : "delete", tag });
};

/** The words of a refusal. */
export const immutable = ({ verb, tag }: { verb: "update" | "delete"; tag: string }): string =>
  `cannot ${verb} tag "${tag}". The repository has enabled tag immutability`;

export const isImmutable = ({ store }: Pick<Cloud, "store">, repository: string): boolean => {
  const { dockerConfig } = store.get("artifactregistry.repositories", repository) ?? {};
  return (dockerConfig as Resource | undefined)?.["immutableTags"] === true;
};

/** The digest that a tag has now. */
const digestOf = async ({ address, token }: { address: string; token: string }): Promise<string | undefined> => {
  const headers = { ...registryHeader(token), accept: TYPES };
  const answer = await fetch(address, { method: "HEAD", headers });
  return answer.ok ? (answer.headers.get("docker-content-digest") ?? "") : undefined;
};

/** The digest of the manifest that a request brings, which it still brings afterwards; none of one that is too large. */
const pushed = async (request: FastifyRequest): Promise<string | undefined> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request.body as Readable) {
    bytes += (chunk as Buffer).length;
    if (bytes > MANIFEST_BYTES) return undefined;
    chunks.push(Buffer.from(chunk as Buffer));
  }
  const manifest = Buffer.concat(chunks);
  request.body = Readable.from([manifest]);
  return `sha256:${createHash("sha256").update(manifest).digest("hex")}`;
};
