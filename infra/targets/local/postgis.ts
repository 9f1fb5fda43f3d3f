import * as docker from "@pulumi/docker";
import { imageName } from "../../naming";
import { makeContext } from "../context";
import { ensureEgress } from "../egress";
import { buildOf } from "../shared/image";
import { POSTGIS_DOCKERFILE, POSTGIS_FILES, postgisBuild } from "./postgis-build";

type Wanted = { version: string; base: docker.RemoteImage; baseName: string; imagePrefix: string };

/** Makes PostGIS on the Postgres image of this machine's own kind, anew when that is another one. */
export const buildPostgis = ({ version, base, baseName, imagePrefix }: Wanted): docker.RemoteImage => {
  const { BASE, hash } = postgisBuild({ folder: ".", baseName, imagePrefix });
  const files = POSTGIS_FILES.map((path) => ({ path, kind: "file" as const }));
  const { context } = makeContext({ from: ".", files, name: `postgis-${version}-${hash}` });
  ensureEgress();
  return new docker.RemoteImage(`postgis-${version}`, {
    name: imageName({ image: "postgis", stage: version, hash }),
    build: { ...buildOf(context), dockerfile: POSTGIS_DOCKERFILE, buildArgs: { BASE } },
    triggers: { base: base.imageId },
    keepLocally: true,
  });
};
