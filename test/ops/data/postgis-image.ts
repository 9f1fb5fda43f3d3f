import Docker from "dockerode";
import { datastoreImage } from "../../../infra/targets/local/images";
import { POSTGIS_FOLDER } from "../../../infra/targets/local/postgis";
import { imagePrefix } from "../../offline/container";

/** Builds today's image of PostGIS as a stack does; its name. */
export const postgisImage = ({ version }: { version: string }): Promise<string> =>
  build({
    context: POSTGIS_FOLDER,
    base: datastoreImage({ engine: "postgis", version }),
    name: `fleet-test-postgis:${version}`,
  });

/** Builds one with another C library on it; its name. */
export const formerPostgisImage = async ({ version }: { version: string }): Promise<string> =>
  build({
    context: "test/fixtures/former-postgis",
    base: await postgisImage({ version }),
    name: `fleet-test-former-postgis:${version}`,
  });

const build = async ({ context, base, name }: Record<"context" | "base" | "name", string>): Promise<string> => {
  const docker = new Docker();
  const stream = await docker.buildImage(
    { context, src: ["Dockerfile"] },
    { t: imagePrefix + name, buildargs: { BASE: imagePrefix + base } },
  );
  await new Promise<void>((done, failed) =>
    docker.modem.followProgress(stream, (error, lines: { error?: string }[]) => {
      const problem = error?.message ?? lines.find((line) => line.error)?.error;
      if (problem) failed(new Error(`${name} could not be built: ${problem}`));
      else done();
    }),
  );
  return name;
};
