import { expect } from "chai";
import { one, type Asked } from "../../../inventory";
import { askedOfGoogle, containerOf, ofType, SERVICE } from "../cloud";

describe("images for Google Cloud", () => {
  let prod: Asked[];
  before(async () => {
    prod = await askedOfGoogle();
  });

  it("deploys images by digest, pushed under the commit and latest, and keeps them in the registry", () => {
    expect(containerOf(one(prod, "booking-reservas", SERVICE))["image"]).to.match(
      /^europe-west1-docker\.pkg\.dev\/acme-shop\/prod-images\/reservas@sha256:reservas-[0-9a-f]{16}$/,
    );
    const pushed = ofType(prod, "docker:index/registryImage:RegistryImage");
    for (const { inputs } of pushed) expect(inputs).to.include({ keepRemotely: true });
    const tags = pushed.map(({ name, inputs }) => [name, inputs["name"].split(":")[1]]);
    for (const [name, tag] of tags) expect(tag, name).to.match(name.endsWith("-latest") ? /^latest$/ : /^[0-9a-f]{12}/);
    expect(one(prod, "reservas", "docker:index/remoteImage:RemoteImage").inputs["build"].target).to.equal("production");
  });

  it("are built alike in every clone, by every engine and whatever builder a person chose (M3, M6, M9)", () => {
    const builds = ofType(prod, "docker:index/remoteImage:RemoteImage").map(({ inputs }) => inputs["build"]);
    expect(builds).to.not.be.empty;
    for (const build of builds) {
      expect(build).to.include({ version: "2", builder: "default", provenance: "false" });
      expect(build["context"]).to.match(/^\.fleet\/contexts\/[\w-]+$/);
      // What a machine has of its own is in files, not here (M12).
      expect(build["secrets"].map(({ src }: { src: string }) => src)).to.deep.equal([
        ".fleet/egress/proxies",
        ".fleet/egress/authorities.pem",
      ]);
      expect(build["buildLogFile"]).to.equal(`${build["context"]}.log`);
    }
  });

  it("are made for Cloud Run's machines on any laptop, and have other names than those that a laptop runs (M2)", () => {
    const images = ofType(prod, "docker:index/remoteImage:RemoteImage").map(({ inputs }) => inputs);
    expect(images).to.not.be.empty;
    for (const { name, build } of images) {
      expect(build).to.include({ platform: "linux/amd64" });
      expect(name).to.match(/^fleet\/[a-z]+:production-amd64-[0-9a-f]{12}$/);
    }
  });

  it("are pushed with Docker's own credentials: the state holds none", () => {
    const provider = JSON.stringify(one(prod, "builder").inputs);
    expect(provider).to.not.match(/password|username/);
  });
});
