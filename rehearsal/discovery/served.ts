import type { Document, Method } from "./documents";

type Resources = { methods?: Record<string, object>; resources?: Record<string, Resources> };

/** The scope that every method of Google Cloud takes. */
const SCOPE = "https://www.googleapis.com/auth/cloud-platform";

/**
 * A document as Google's discovery service serves it, without prose, for clients that are made from one when they run
 * (googleapiclient.discovery). https://developers.google.com/discovery/v1/reference/apis
 * @param root where the API is found here, for example "http://127.0.0.1:9010/run/"
 */
export const servedDocument = (document: Document, root: string): object => {
  const { name, version, revision, servicePath, parameters, schemas } = document;
  return {
    kind: "discovery#restDescription",
    discoveryVersion: "v1",
    id: `${name}:${version}`,
    ...{ name, version, revision, title: name, protocol: "rest" },
    ...{ rootUrl: root, servicePath, baseUrl: `${root}${servicePath}`, batchPath: "batch" },
    auth: { oauth2: { scopes: { [SCOPE]: { description: "See and change your data on Google Cloud" } } } },
    ...{ parameters, schemas },
    ...resourcesOf(document.methods),
  };
};

/** The list of APIs, as `apis.list` has it. */
export const servedList = (documents: readonly Document[], url: string): object => ({
  kind: "discovery#directoryList",
  discoveryVersion: "v1",
  items: documents.map(({ name, version }) => ({
    kind: "discovery#directoryItem",
    id: `${name}:${version}`,
    ...{ name, version, title: name },
    discoveryRestUrl: `${url}/${name}/$discovery/rest?version=${version}`,
  })),
});

/** Methods lie in the resources that their ids name: "run.projects.locations.services.create". */
const resourcesOf = (methods: readonly Method[]): Resources => {
  const root: Resources = {};
  for (const method of methods) {
    const parts = method.id.split(".").slice(1);
    const last = parts.pop() ?? "";
    const place = parts.reduce((at, part) => ((at.resources ??= {})[part] ??= {}), root);
    (place.methods ??= {})[last] = {
      ...method,
      flatPath: method.path,
      parameterOrder: [...method.path.matchAll(/\{\+?(\w+)\}/g)].map(([, name]) => name),
      scopes: [SCOPE],
    };
  }
  return root;
};
