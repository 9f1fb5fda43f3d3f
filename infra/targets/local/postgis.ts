import * as docker from "@pulumi/docker";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { imageName } from "../../naming";
import { imageReference } from "../base-image";
import { THE_SAME_EVERYWHERE } from "../shared/image";

/** Below the project's folder, in which Pulumi runs the program; nothing but its Dockerfile is there. */
export const POSTGIS_FOLDER = join("infra", "targets", "local", "postgis");

type Wanted = { version: string; base: docker.RemoteImage; baseName: string; imagePrefix: string };

/** Makes PostGIS on the Postgres image of this machine's own kind, anew when that is another one. */
export const buildPostgis = ({ version, base, baseName, imagePrefix }: Wanted): docker.RemoteImage => {
  const BASE = imageReference({ image: baseName, prefix: imagePrefix });
  const dockerfile = readFileSync(join(POSTGIS_FOLDER, "Dockerfile"));
  const hash = createHash("sha256").update(dockerfile).update(BASE).digest("hex");
  return new docker.RemoteImage(`postgis-${version}`, {
    name: imageName({ image: "postgis", stage: version, hash }),
    build: { context: POSTGIS_FOLDER, dockerfile: "Dockerfile", buildArgs: { BASE }, ...THE_SAME_EVERYWHERE },
    triggers: { base: base.imageId },
    keepLocally: true,
  });
};
