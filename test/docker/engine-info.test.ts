import { expect } from "chai";
import { describeEngine, emulationAdvice, podmanProblems, quotaAdvice } from "../../docker/engine-info";

const host = "unix:///var/run/docker.sock";
const docker = {
  ServerVersion: "29.1.2",
  OperatingSystem: "Fedora Linux 43",
  Architecture: "x86_64",
  Driver: "overlayfs",
  DriverStatus: [["driver-type", "io.containerd.snapshotter.v1"]] as [string, string][],
  SecurityOptions: ["name=seccomp,profile=builtin", "name=selinux"],
  CpuCfsQuota: true,
};
/** Podman 4.3.1 of Debian 12 answered so on 2026-11-28. */
const podman = {
  ServerVersion: "4.3.1",
  OperatingSystem: "debian",
  Architecture: "amd64",
  Driver: "vfs",
  DriverStatus: [],
  SecurityOptions: ["name=seccomp,profile=default"],
  CpuCfsQuota: true,
  BuildahVersion: "1.28.2",
};

describe("what an engine says of itself", () => {
  it("is told in one line: version, image store, processor, system, what confines containers", () => {
    expect(describeEngine(docker)).to.equal("Docker 29.1.2, overlayfs of containerd, x86_64, Fedora Linux 43, selinux");
    expect(describeEngine(podman)).to.equal("Podman 4.3.1, vfs, amd64, debian");
    const older = { ServerVersion: "20.10.24", Driver: "overlay2", DriverStatus: [["Backing Filesystem", "extfs"]] };
    expect(describeEngine(older as typeof docker)).to.equal("Docker 20.10.24, overlay2");
  });

  it("shows Podman, which is refused by name, with a way to an engine", () => {
    expect(podmanProblems({ host, info: docker })).to.deep.equal([]);
    for (const [where, cure] of [
      [host, /remove the package podman-docker.*install Docker Engine/],
      ["unix:///run/user/1000/podman/podman.sock", /DOCKER_HOST=unix:\/\/\/var\/run\/docker\.sock \.\/fleet start/],
    ] as const) {
      const [problem] = podmanProblems({ host: where, info: podman });
      expect(problem?.message).to.match(/^it is Podman 4\.3\.1, which has no BuildKit/);
      expect(problem?.cure).to.match(cure);
    }
  });

  for (const [info, architecture, advised] of [
    [docker, "x64", undefined],
    [docker, "arm64", /colima start --arch aarch64/],
    [{ ...docker, Architecture: "aarch64" }, "x64", /install the Node of the processor's own architecture/],
    [{ ...docker, Architecture: "aarch64" }, "arm64", undefined],
    [{ ...docker, Architecture: "riscv64" }, "x64", undefined],
  ] as const)
    it(`advises ${advised ? "what ends" : "nothing, for want of"} emulation: ${info.Architecture} under ${architecture}`, () => {
      const advice = emulationAdvice({ host, info, architecture });
      expect(advice.map(({ cure }) => advised?.test(cure))).to.deep.equal(advised ? [true] : []);
    });

  it("advises where CPU cannot be limited, as without root (M16)", () => {
    expect(quotaAdvice({ host, info: docker })).to.deep.equal([]);
    expect(quotaAdvice({ host, info: { ...docker, CpuCfsQuota: false } })[0]?.message).to.match(/cannot limit the CPU/);
  });
});
