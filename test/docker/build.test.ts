import { expect } from "chai";
import { readFileSync } from "node:fs";
import { withoutSecrets } from "../../docker/build";
import { POSTGIS_DOCKERFILE } from "../../infra/targets/local/postgis-build";

describe("a Dockerfile that is built by the engine's API", () => {
  it("has a file of the context in the place of each secret, with its other mounts and lines as they are", () =>
    expect(
      withoutSecrets("RUN --mount=type=bind,source=a,target=/b --mount=type=secret,id=proxies,mode=0444 \\\n x"),
    ).to.equal(
      "RUN --mount=type=bind,source=a,target=/b --mount=type=bind,source=proxies,target=/run/secrets/proxies \\\n x",
    ));

  it("asks for no secret, where it is PostGIS's", () => {
    const text = readFileSync(POSTGIS_DOCKERFILE, "utf8");
    expect(text).to.include("type=secret");
    expect(withoutSecrets(text)).not.to.include("type=secret");
  });
});
