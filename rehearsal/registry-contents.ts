import { execCaptured } from "../docker/exec";
import { ABSENT, ignoring } from "../docker/refusals";
import { registryHeader } from "./access";
import type { Cloud } from "./api";
import { environment } from "./realise/containers";
import { registryOf } from "./realise/sweep";
import { ensureRegistry, STORAGE } from "./registry";

type Machine = Pick<Cloud, "realise">;

/** An image that was pushed, by its digest. */
export type Pushed = {
  /** The name below the repository: "reservas", or with slashes. */
  image: string;
  digest: string;
  /** As `toISOString` writes it. */
  at: string;
  tags: string[];
};

/** The links that the registry keeps of manifests and of tags: a line each, with the time of the first and the digest of the second. */
const LOOK = `cd "$FOLDER" 2>/dev/null || exit 0
find . -path '*/_manifests/revisions/sha256/*' -name link -exec stat -c '%Y %n' {} +
find . -path '*/_manifests/tags/*/current/link' -exec grep -H . {} +`;

const MANIFEST = /^(\d+) \.\/(.+)\/_manifests\/revisions\/sha256\/([0-9a-f]{64})\/link$/;
const TAG = /^\.\/(.+)\/_manifests\/tags\/([^/]+)\/current\/link:(sha256:[0-9a-f]{64})$/;

/** All images of a repository, `<project>/<repository>`, the newest first. */
export const pushedIn = async ({ realise }: Machine, repository: string): Promise<Pushed[]> => {
  const { docker } = realise;
  const container = registryOf(realise);
  if (!(await ignoring([ABSENT], docker.getContainer(container).inspect()))) return [];
  await ensureRegistry({ realise });
  const env = environment({ FOLDER: `${STORAGE}/${repository}` });
  const { stdout } = await execCaptured({ docker, container, env, command: ["sh", "-c", LOOK] });
  const lines = stdout.split("\n");
  const tags = lines.flatMap((line) => {
    const [, image = "", tag = "", digest = ""] = TAG.exec(line) ?? [];
    return digest ? [{ image, tag, digest }] : [];
  });
  const tagsOf = (image: string, digest: string): string[] =>
    tags.flatMap((one) => (one.image === image && one.digest === digest ? [one.tag] : [])).sort();
  return lines
    .flatMap((line) => {
      const [, seconds = "", image = "", hex = ""] = MANIFEST.exec(line) ?? [];
      const digest = `sha256:${hex}`;
      const at = new Date(Number(seconds) * 1000).toISOString();
      return hex ? [{ image, digest, at, tags: tagsOf(image, digest) }] : [];
    })
    .sort((a, b) => (a.at < b.at ? 1 : -1));
};

/** https://github.com/opencontainers/image-spec/blob/main/media-types.md */
export const TYPES = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");

/** Asks the registry itself, below `<project>/<repository>/<image>`. */
const ask = async (cloud: Machine, at: string, init: RequestInit = {}): Promise<Response> => {
  const address = await ensureRegistry(cloud);
  const headers = { ...registryHeader(cloud.realise.token), accept: TYPES, ...(init.headers as object) };
  const answer = await fetch(`${address}/v2/${at}`, { ...init, headers });
  if (!answer.ok) throw new Error(`the registry answers ${answer.status} for ${at}`);
  return answer;
};

type Manifest = { config?: { size: number }; layers?: { size: number }[]; manifests?: { size: number }[] };

/** What an image's manifest says: its type, and the bytes of all that it names. */
export const manifestOf = async (
  cloud: Machine,
  image: string,
  digest: string,
): Promise<{ type: string; bytes: number }> => {
  const answer = await ask(cloud, `${image}/manifests/${digest}`);
  const { config, layers = [], manifests = [] } = (await answer.json()) as Manifest;
  const parts = [...(config ? [config] : []), ...layers, ...manifests];
  return { type: answer.headers.get("content-type") ?? "", bytes: parts.reduce((sum, { size }) => sum + size, 0) };
};

export const deleteManifest = async (cloud: Machine, image: string, digest: string): Promise<void> =>
  void (await ask(cloud, `${image}/manifests/${digest}`, { method: "DELETE" }));

/** Gives an image one more tag, or takes a tag from the image that had it. */
export const putTag = async (cloud: Machine, of: { image: string; digest: string; tag: string }): Promise<void> => {
  const found = await ask(cloud, `${of.image}/manifests/${of.digest}`);
  const type = found.headers.get("content-type") ?? "";
  const body = await found.arrayBuffer();
  await ask(cloud, `${of.image}/manifests/${of.tag}`, { method: "PUT", body, headers: { "content-type": type } });
};

/** Takes a tag away; the image stays. The registry reads tags from their folders each time. */
export const removeTag = async (
  { realise }: Machine,
  { image, tag }: { image: string; tag: string },
): Promise<void> => {
  const command = ["rm", "-rf", `${STORAGE}/${image}/_manifests/tags/${tag}`];
  await execCaptured({ docker: realise.docker, container: registryOf(realise), command });
};
