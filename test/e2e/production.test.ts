import { expect } from "chai";
import Docker from "dockerode";
import { inDocker } from "../../demo/token";
import { walk } from "../../demo/walk";
import { isContainerdStore, type EngineInfo } from "../../docker/engine-info";
import { EGRESS_FOLDER } from "../../infra/targets/egress";
import type { Service } from "../../ops/stack/health";
import { eventually, Project } from "./project";

const servicesOf = async (project: Project): Promise<Service[]> =>
  JSON.parse((await project.pulumi("stack", "output", "services", "--json")).output);

/** The images that prod deploys, run without mounted code. */
describe("production images", function () {
  const docker = new Docker();
  const project = new Project("images", { portOffset: "18000", hotReload: "false" });
  const planted = [
    ".env",
    "credentials.json",
    "config/service-account.json",
    "keys/private.pem",
    ".git/config",
    "app.log",
    "db.sqlite3",
    ".aws/credentials",
    ".pgpass",
    ".npmrc",
    "dump.sql",
    "kubeconfig",
    "notes.md",
  ];
  before(async () => {
    for (const folder of ["leads", "meet", "chassis"])
      for (const file of planted) project.write(`services/${folder}/${file}`, "a-planted-secret");
    await project.init();
    await project.mustUp();
  });
  after(() => project.remove());
  /**
   * An image's size in bytes. Containerd's store counts it twice, as it came and unpacked in whole blocks; the files that a
   * container sees of it were 1 % less than the engine's own store says (2026-11-28).
   */
  const bytesOf = async (container: string): Promise<number> => {
    if (isContainerdStore((await docker.info()) as EngineInfo)) {
      const { output } = await project.exec(
        container,
        "sh",
        "-c",
        "du --summarize --one-file-system --bytes / 2>/dev/null",
      );
      return Number.parseInt(output, 10);
    }
    return (await docker.getImage((await project.container(container)).Image).inspect()).Size;
  };
  const inWeb = (...command: string[]) => project.exec("leads_images_web", ...command);

  it("lack nothing that a client needs, whatever was left out of their packages", async () => {
    const services = await servicesOf(project);
    const lines: string[] = [];
    const { steps, failures } = await walk({ services, print: (line) => lines.push(line), ...inDocker(docker) });
    expect([failures, steps > 40], lines.join("\n")).to.deep.equal([0, true]);
  });

  it("serve from code of their own", async () => {
    expect((await fetch("http://localhost:26086/ready/")).status).to.equal(200);
    const { Mounts } = await project.container("leads_images_web");
    const bound = Mounts.filter(({ Type }) => Type === "bind").map(({ Destination }) => Destination);
    expect(bound, "the way to the internet alone").to.deep.equal([EGRESS_FOLDER]);
    expect((await inWeb("ls", "/srv/app/manage.py")).code).to.equal(0);
  });

  it("hold nothing that was planted beside the code", async () => {
    for (const container of ["leads_images_web", "meet_images_web"]) {
      const found = await project.exec(container, "grep", "-rl", "a-planted-secret", "/srv", "/opt/venv/bin");
      expect(found.output, container).to.equal("");
    }
  });

  it("hold no compiler, no package manager of Python, no tests", async () => {
    for (const program of ["gcc", "uv"])
      expect((await inWeb("sh", "-c", `command -v ${program}`)).code, program).to.not.equal(0);
    expect((await inWeb("python", "-m", "pytest", "--version")).code).to.not.equal(0);
    expect((await inWeb("ls", "/srv/app/tests")).code).to.not.equal(0);
  });

  it("run as the user django with id 1000, and say when they are not well", async () => {
    const { Config } = await docker.getImage((await project.container("leads_images_web")).Image).inspect();
    expect(Config.User).to.equal("django");
    expect((await inWeb("id")).output).to.match(/uid=1000\(django\)/);
    expect((await inWeb("python", "-m", "chassis.healthcheck", "/healthz")).code).to.equal(0);
    expect((await inWeb("python", "-m", "chassis.healthcheck", "/no-such-page/")).code).to.equal(1);
  });

  it("are no larger than they may be: 200 MB in specification 003, more with GDAL", async () => {
    // meet has celery, and cryptography for Google's tokens.
    const most: Record<string, number> = { meet: 220, marketplace: 330 };
    // A job runs from the image of a service, and has ended.
    const services = (await servicesOf(project)).filter(({ kind }) => kind !== "job");
    for (const { system, container } of services) {
      expect((await bytesOf(container)) / 1e6, container).to.be.lessThan(most[system] ?? 190);
    }
  });

  it("run meet by themselves, as its specification says, with a key and DEBUG alone", async () => {
    const { Image } = await project.container("meet_images_web");
    const Env = ["SECRET_KEY=only-for-a-trial", "DEBUG=True"];
    const container = await docker.createContainer({ Image, Env });
    try {
      await container.start();
      await eventually(
        () => container.inspect(),
        ({ State }) => State.Health?.Status === "healthy",
        90,
      );
      const { Config } = await container.inspect();
      const { Interval, Timeout, StartPeriod, Retries } = Config.Healthcheck!;
      expect([Interval, Timeout, StartPeriod, Retries]).to.deep.equal([30e9, 10e9, 40e9, 3]);
      expect((await container.logs({ stdout: true })).toString()).to.include("MEET MIDDLEWARE LISTO");
      const inside = (program: string) => project.exec(container.id, "python", "-c", program);
      expect((await inside(MASTER_AND_WORKERS)).output.trim()).to.equal("5");
      expect((await inside(LISTS_MEETINGS)).output.trim()).to.equal("200 0");
      // What the health check asks by itself is the specification's path.
      expect((await inside("from chassis.service import health_path; print(health_path())")).output.trim()).to.equal(
        "/api/v1/health/",
      );
    } finally {
      await container.remove({ force: true, v: true });
    }
  });

  it("change when a source changes, and only then", async () => {
    const before = (await project.container("leads_images_web")).Image;
    expect(Object.keys((await project.mustUp()).changes)).to.deep.equal(["unchanged"]);
    project.edit("services/leads/config/urls.py", "urlpatterns = [", "# edited\nurlpatterns = [");
    await project.mustUp();
    expect((await project.container("leads_images_web")).Image).to.not.equal(before);
  });
});

/** Processes of gunicorn: one that looks after the others, and those. */
const MASTER_AND_WORKERS = `
import os
from pathlib import Path
files = [file for file in Path("/proc").glob("[0-9]*/cmdline") if file.parent.name != str(os.getpid())]
commands = [file.read_bytes() for file in files]
print(sum(b"gunicorn" in command for command in commands))
`;

const LISTS_MEETINGS = `
import json, urllib.request
with urllib.request.urlopen("http://localhost:8000/api/v1/meetings/") as answer:
    print(answer.status, json.load(answer)["count"])
`;
