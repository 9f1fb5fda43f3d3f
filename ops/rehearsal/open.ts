import type { Plan } from "../../infra/plan/plan";
import { sqlVersion } from "../../infra/targets/gcp/images";
import { datastoreImage } from "../../infra/targets/local/images";
import { mysqlImage } from "../../rehearsal/realise/mysql";
import { REGISTRY_IMAGE } from "../../rehearsal/registry-image";
import type { ServerSettings } from "../../rehearsal/settings";
import type { Session } from "../start/set-up";
import { runPhase } from "../terminal/phase";
import { messagesIn } from "./messaging";
import type { Place } from "./place";
import { ensureServer } from "./server";
import { accessKeyIn } from "./stack";
import { checkEngine } from "./whose";

/** The images that a rehearsed cloud needs besides those of a laptop. */
export const imagesOf = (plan: Plan): string[] => [REGISTRY_IMAGE, ...mysqlImagesOf(plan)];

/** Cloud SQL's MySQL is no datastore of a laptop. */
const mysqlImagesOf = (plan: Plan): string[] =>
  [...plan.datastores.values()].flatMap((datastore) => {
    if (plan.target !== "gcp" || !datastore.runs || datastore.engine !== "mariadb") return [];
    const version = sqlVersion({ datastore, cloud: plan.cloud, deployed: undefined });
    const [, major, minor] = /^MYSQL_(\d+)_(\d+)$/.exec(version) ?? [];
    return major ? mysqlImage(`${major}.${minor}`) : [];
  });

type Opening = { place: Place; session: Session; plan: Plan; keep: boolean };

/** Starts the rehearsed cloud, or leaves the one that runs. */
export const openCloud = async ({ keep, ...of }: Opening): Promise<void> => {
  const { place } = of;
  const settings: ServerSettings = { ...settingsOf(of), engine: await checkEngine(place) };
  await runPhase({ name: "cloud", phase: (report) => ensureServer({ place, settings, keep, report }) });
};

const settingsOf = ({ session: { env }, place, plan }: Omit<Opening, "keep">) => {
  const { project, prefix, port, ports, awsPort, folder } = place;
  const [messages] = messagesIn(plan);
  return {
    projectId: project,
    port,
    prefix,
    imagePrefix: env["FLEET_IMAGE_PREFIX"] ?? "",
    ports,
    ...(messages && { aws: { port: awsPort, image: datastoreImage(messages), accessKey: accessKeyIn(folder) } }),
  };
};
