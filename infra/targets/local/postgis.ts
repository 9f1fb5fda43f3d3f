import * as docker from "@pulumi/docker";
import { imageName } from "../../naming";
import { imageReference } from "../base-image";
import { contentHash } from "../content";
import { makeContext } from "../context";
import { ensureEgress } from "../egress";
import { buildOf } from "../shared/image";

/** Below the project's folder, in which Pulumi runs the program. */
export const POSTGIS_DOCKERFILE = "infra/targets/local/postgis/Dockerfile";
/** All that its build reads, as paths in the project. */
export const POSTGIS_FILES = [POSTGIS_DOCKERFILE, "services/egress.sh"];

type Wanted = { version: string; base: docker.RemoteImage; baseName: string; imagePrefix: string };

/** Makes PostGIS on the Postgres image of this machine's own kind, anew when that is another one. */
export const buildPostgis = ({ version, base, baseName, imagePrefix }: Wanted): docker.RemoteImage => {
  const BASE = imageReference({ image: baseName, prefix: imagePrefix });
  const files = POSTGIS_FILES.map((path) => ({ path, kind: "file" as const }));
  const hash = contentHash({ folder: ".", files, also: BASE });
  const { context } = makeContext({ from: ".", files, name: `postgis-${version}-${hash}` });
  ensureEgress();
  return new docker.RemoteImage(`postgis-${version}`, {
    name: imageName({ image: "postgis", stage: version, hash }),
    build: { ...buildOf(context), dockerfile: POSTGIS_DOCKERFILE, buildArgs: { BASE } },
    triggers: { base: base.imageId },
    keepLocally: true,
  });
};
