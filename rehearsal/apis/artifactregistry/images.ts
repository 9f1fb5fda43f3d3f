import type { Call, Handler, Work } from "../../api";
import { alreadyExists, badRequest, failedPrecondition } from "../../errors";
import { immutable, isImmutable } from "../../immutable-tags";
import { found, missing } from "../../kept";
import { lastOf, nameOf } from "../../names";
import { operationFor } from "../../operations";
import { pageOf } from "../../pages";
import { deleteImages } from "../../registry";
import * as contents from "../../registry-contents";
import type { Resource } from "../../store";

/** https://cloud.google.com/artifact-registry/docs/reference/rest/v1/projects.locations.repositories.packages, of images alone */
const REPOSITORIES = "artifactregistry.repositories";
const METHODS = "artifactregistry.projects.locations.repositories";
const TYPES = "type.googleapis.com/google.devtools.artifactregistry.v1";

type Named = {
  /** The repository's full name, and its folder in the registry. */
  repository: string;
  folder: string;
  /** The image's name below the repository; slashes in it are escaped in paths. */
  image: string;
  /** A digest of `versions`, or a tag of `tags`. */
  id: string;
};

/** The parts of a path below a repository. @throws ApiError 404 for a repository that is not there */
const namedIn = (call: Call): Named => {
  const name = nameOf(call, call.params["name"] ?? call.params["parent"] ?? "");
  const [, repository = name, rest = ""] =
    /^(projects\/[^/]+\/locations\/[^/]+\/repositories\/[^/]+)\/?(.*)$/s.exec(name) ?? [];
  found(call, REPOSITORIES, repository);
  const [, image = "", id = ""] = /^packages\/(.+?)(?:\/(?:versions|tags)\/(.+))?$/s.exec(rest) ?? [];
  return { repository, folder: `${call.project.id}/${lastOf(repository)}`, image, id };
};

const imagesIn = async (call: Call, { folder, image }: Named): Promise<contents.Pushed[]> =>
  (await contents.pushedIn(call, folder)).filter((one) => image === "" || one.image === image);

const packageName = ({ repository }: Named, image: string): string =>
  `${repository}/packages/${encodeURIComponent(image)}`;

/** The one item that a path names. */
const only = <T>(call: Call, items: readonly T[]): T => {
  const [item] = items;
  if (item === undefined) throw missing(call, { kind: METHODS, name: call.params["name"] ?? "" });
  return item;
};

/** Handlers of `get` and `list` of what is made of a repository's images. */
const telling = (folder: string, key: string, of: (call: Call) => Promise<Resource[]>): Record<string, Handler> => ({
  [`${METHODS}.${folder}.get`]: async (call) => {
    const name = nameOf(call, call.params["name"] ?? "");
    return only(
      call,
      (await of(call)).filter((item) => decodeURIComponent(String(item["name"])) === name),
    );
  },
  [`${METHODS}.${folder}.list`]: async (call) => pageOf({ call, key, items: await of(call) }),
});

const dockerImages = async (call: Call): Promise<Resource[]> => {
  const at = namedIn(call);
  return Promise.all(
    (await imagesIn(call, at)).map(async ({ image, digest, at: uploadTime, tags }) => {
      const { type, bytes } = await contents.manifestOf(call, `${at.folder}/${image}`, digest);
      return {
        name: `${at.repository}/dockerImages/${encodeURIComponent(image)}@${digest}`,
        uri: `${call.realise.registry}/${at.folder}/${image}@${digest}`,
        ...(tags.length > 0 && { tags }),
        ...{ imageSizeBytes: String(bytes), mediaType: type, uploadTime, updateTime: uploadTime },
      };
    }),
  );
};

const packages = async (call: Call): Promise<Resource[]> => {
  const at = namedIn(call);
  const all = await imagesIn(call, at);
  return [...new Set(all.map(({ image }) => image))].sort().map((image) => {
    const times = all.filter((one) => one.image === image).map((one) => one.at);
    return { name: packageName(at, image), displayName: image, createTime: times.at(-1), updateTime: times[0] };
  });
};

const versions = async (call: Call): Promise<Resource[]> => {
  const at = namedIn(call);
  const isFull = call.query["view"] === "FULL";
  return (await imagesIn(call, at)).map(({ image, digest, at: time, tags }) => {
    const name = `${packageName(at, image)}/versions/${digest}`;
    const relatedTags = tags.map((tag) => ({ name: `${packageName(at, image)}/tags/${tag}`, version: name }));
    return { name, createTime: time, updateTime: time, ...(isFull && tags.length > 0 && { relatedTags }) };
  });
};

const tags = async (call: Call): Promise<Resource[]> => {
  const at = namedIn(call);
  return (await imagesIn(call, at)).flatMap((one) =>
    one.tags.map((tag) => ({
      name: `${packageName(at, one.image)}/tags/${tag}`,
      version: `${packageName(at, one.image)}/versions/${one.digest}`,
    })),
  );
};

const createTag = async (call: Call): Promise<Resource> => {
  const at = namedIn(call);
  const { tagId: tag = "" } = call.query as { tagId?: string };
  if (!/^\w[\w.-]{0,127}$/.test(tag)) throw badRequest({ field: "tag_id", description: `Invalid tag ID "${tag}".` });
  const { version = "" } = call.body as { version?: string };
  const digest = lastOf(version);
  const own = `${packageName(at, at.image)}/versions/${digest}`;
  if (decodeURIComponent(nameOf(call, version)) !== decodeURIComponent(own))
    throw badRequest({ field: "tag.version", description: `"${version}" is no version of the tag's own package.` });
  const all = await imagesIn(call, at);
  only(
    call,
    all.filter((one) => one.digest === digest),
  );
  if (all.some((one) => one.tags.includes(tag))) throw alreadyExists(`tag "${tag}" already exists`);
  await contents.putTag(call, { image: `${at.folder}/${at.image}`, digest, tag });
  return {
    name: `${packageName(at, at.image)}/tags/${tag}`,
    version: own,
  };
};

/** @throws ApiError 400 where a tag that would go is immutable */
const requireMutable = (call: Call, { repository }: Named, tags: readonly string[]): void => {
  const [tag] = tags;
  if (tag !== undefined && isImmutable(call, repository)) throw failedPrecondition(immutable({ verb: "delete", tag }));
};

const deleteTag = async (call: Call): Promise<Resource> => {
  const at = namedIn(call);
  only(
    call,
    (await imagesIn(call, at)).filter((one) => one.tags.includes(at.id)),
  );
  requireMutable(call, at, [at.id]);
  await contents.removeTag(call, { image: `${at.folder}/${at.image}`, tag: at.id });
  return {};
};

/** A version that has tags is deleted with them, and only where that is asked for. */
const deleteVersion = async (call: Call): Promise<Resource> => {
  const at = namedIn(call);
  const version = only(
    call,
    (await imagesIn(call, at)).filter(({ digest }) => digest === at.id),
  );
  if (version.tags.length > 0 && call.query["force"] !== true)
    throw failedPrecondition(
      `Version ${at.id} has tags (${version.tags.join(", ")}); use force to delete it with them.`,
    );
  requireMutable(call, at, version.tags);
  return start(call, at, { digest: at.id, tags: version.tags });
};

const deletePackage = async (call: Call): Promise<Resource> => {
  const at = namedIn(call);
  only(call, await imagesIn(call, at));
  return start(call, at, {});
};

const start = (call: Call, { repository, folder, image }: Named, more: Resource): Resource =>
  call.operations.start({
    name: operationFor(repository),
    work: "artifactregistry.deleteImages",
    input: { image: `${folder}/${image}`, ...more },
    metadata: { "@type": `${TYPES}.OperationMetadata` },
  });

const deleteWork: Work = async ({ input, ...cloud }) => {
  const { image, digest, tags: names = [] } = input as { image: string; digest?: string; tags?: string[] };
  for (const tag of names) await contents.removeTag(cloud, { image, tag });
  if (digest === undefined) await deleteImages(cloud, image);
  else await contents.deleteManifest(cloud, image, digest);
  return { "@type": "type.googleapis.com/google.protobuf.Empty" };
};

export const imageWorks: Record<string, Work> = { "artifactregistry.deleteImages": deleteWork };

export const imageHandlers: Record<string, Handler> = {
  ...telling("dockerImages", "dockerImages", dockerImages),
  ...telling("packages", "packages", packages),
  ...telling("packages.versions", "versions", versions),
  ...telling("packages.tags", "tags", tags),
  [`${METHODS}.packages.delete`]: deletePackage,
  [`${METHODS}.packages.versions.delete`]: deleteVersion,
  [`${METHODS}.packages.tags.create`]: createTag,
  [`${METHODS}.packages.tags.delete`]: deleteTag,
};
