import path from "node:path";
import type { FastifyInstance } from "fastify";
import type { Cloud, LoadedApi } from "./api";
import { loadApis } from "./apis";
import { Faults } from "./faults";
import { Grants } from "./grants";
import { apiByHost } from "./hosts";
import { Operations, type Works } from "./operations";
import { projectOf } from "./project";
import type { Realise } from "./realise";
import { openAws, type Aws } from "./realise/aws";
import { Report } from "./report";
import { makeServer } from "./server";
import { Store } from "./store";

/** The options of a rehearsed cloud. */
export type CloudOptions = {
  folder: string;
  projectId: string;
  port: number;
  aws?: Aws | undefined;
  realise: Omit<Realise, "folder" | "registry">;
};

/** The address of the registry, with which the names of its images begin. */
export const registryAt = (port: number): string => `localhost:${port}`;

export type Rehearsal = { cloud: Cloud; report: Report; server: FastifyInstance; close: () => Promise<void> };

/**
 * Starts the rehearsed cloud from what its folder holds: its state, what it has made, and the operations left undone.
 */
export const openRehearsal = async (of: CloudOptions & { apis?: readonly LoadedApi[] }): Promise<Rehearsal> => {
  const apis = of.apis ?? loadApis();
  const report = new Report(path.join(of.folder, "requests.jsonl"));
  const store = new Store(path.join(of.folder, "state.json"));
  const faults = new Faults(store);
  const cloud: Cloud = {
    store,
    operations: new Operations({ store, faults, report }),
    grants: new Grants(store),
    faults,
    report,
    project: projectOf(of.projectId),
    realise: { ...of.realise, folder: of.folder, registry: registryAt(of.port) },
    url: `http://127.0.0.1:${of.port}`,
    apiAt: apiByHost({ port: of.port, apis }),
  };
  const server = makeServer({ cloud, apis, report });
  // What services connect to comes before them.
  const closeAws = of.aws && (await openAws(cloud.realise, of.aws));
  for (const { start } of apis) await start?.(cloud);
  cloud.operations.begin(worksOf({ apis, cloud }));
  await server.listen({ host: "127.0.0.1", port: of.port });
  const close = async (): Promise<void> => {
    cloud.operations.stop();
    await server.close();
    for (const { stop } of apis) await stop?.(cloud);
    await closeAws?.();
  };
  return { cloud, report, server, close };
};

const worksOf = ({ apis, cloud }: { apis: readonly LoadedApi[]; cloud: Cloud }): Works =>
  Object.fromEntries(
    apis.flatMap(({ works = {} }) =>
      Object.entries(works).map(([name, work]) => [name, (input) => work({ ...cloud, input })]),
    ),
  );
