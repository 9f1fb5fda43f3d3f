import Docker from "dockerode";
import { buildImage, filesIn } from "../../../docker/build";
import { datastoreImage } from "../../../infra/targets/local/images";
import { POSTGIS_DOCKERFILE, POSTGIS_FILES } from "../../../infra/targets/local/postgis-build";
import { imagePrefix } from "../../offline/container";

/** Builds today's image of PostGIS as a stack does; its name. */
export const postgisImage = ({ version }: { version: string }): Promise<string> =>
  build({
    ...{ context: ".", files: POSTGIS_FILES, dockerfile: POSTGIS_DOCKERFILE },
    base: datastoreImage({ engine: "postgis", version }),
    name: `fleet-test-postgis:${version}`,
  });

/** Builds one with another C library on it; its name. */
export const formerPostgisImage = async ({ version }: { version: string }): Promise<string> =>
  build({
    ...{ context: "test/fixtures/former-postgis", files: ["Dockerfile"], dockerfile: "Dockerfile" },
    base: await postgisImage({ version }),
    name: `fleet-test-former-postgis:${version}`,
  });

type Building = Record<"context" | "dockerfile" | "base" | "name", string> & { files: string[] };

const build = async ({ context, base, name, files, dockerfile }: Building): Promise<string> => {
  const buildargs = { BASE: imagePrefix + base };
  await buildImage({
    docker: new Docker(),
    name: imagePrefix + name,
    buildargs,
    files: filesIn(context, files),
    dockerfile,
  });
  return name;
};
