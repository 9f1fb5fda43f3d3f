import { imageReference } from "../base-image";
import { contentHash } from "../content";

/** Below the project's folder, in which Pulumi runs the program. */
export const POSTGIS_DOCKERFILE = "infra/targets/local/postgis/Dockerfile";
/** All that its build reads, as paths in the project. */
export const POSTGIS_FILES = [POSTGIS_DOCKERFILE, "services/egress.sh"];

/** The image that PostGIS is made on, and a hash that says what it is made of. */
export const postgisBuild = ({
  folder,
  baseName,
  imagePrefix,
}: Record<"folder" | "baseName" | "imagePrefix", string>) => {
  const BASE = imageReference({ image: baseName, prefix: imagePrefix });
  const files = POSTGIS_FILES.map((path) => ({ path, kind: "file" as const }));
  return { BASE, hash: contentHash({ folder, files, also: BASE }) };
};
