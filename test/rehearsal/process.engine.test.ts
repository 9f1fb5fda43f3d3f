import { expect } from "chai";
import Docker from "dockerode";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { Place } from "../../ops/rehearsal/place";
import { endServer, ensureServer, removeCloud, stopServer } from "../../ops/rehearsal/server";
import { commandOf } from "../../ops/terminal/processes";
import { stackOf } from "../../ops/stack/stack";
import { PYTHON_IMAGE } from "../../infra/targets/base-image";
import { accessToken, authorized } from "../../rehearsal/access-token";
import { REHEARSAL_LABEL } from "../../rehearsal/settings";
import { eventually } from "../e2e/project";

const PORT = 32080;
const BASE = `http://127.0.0.1:${PORT}`;

describe("the rehearsal's server as a process", () => {
  const folder = mkdtempSync(join(tmpdir(), "fleet-rehearsal-"));
  const place: Place = {
    stack: stackOf("rehearsal-process"),
    project: "fleet-process",
    prefix: "rehearsal-process",
    region: "europe-west1",
    port: PORT,
    awsPort: PORT + 10,
    ports: [PORT + 1, PORT + 9],
    folder: join(folder, "cloud"),
    passphraseFile: join(folder, "passphrase"),
  };
  const settings = {
    projectId: place.project,
    port: PORT,
    prefix: place.prefix,
    imagePrefix: process.env.FLEET_IMAGE_PREFIX ?? "",
    ports: place.ports,
  };
  const docker = new Docker();
  const lines: string[] = [];
  const start = ({ keep } = { keep: true }): Promise<void> =>
    ensureServer({ place, settings, keep, report: (line) => lines.push(line) });
  const pid = (): number =>
    (JSON.parse(readFileSync(join(place.folder, "server.pid.json"), "utf8")) as { pid: number }).pid;
  const enabled = async (): Promise<string> =>
    (
      (await (await ask("serviceusage/v1/projects/fleet-process/services/run.googleapis.com")).json()) as {
        state: string;
      }
    ).state;
  const ask = (path: string): Promise<Response> => fetch(`${BASE}/${path}`, { headers: authorized(place.folder) });
  const post = (path: string, body: object): Promise<Response> =>
    fetch(`${BASE}/${path}`, {
      method: "POST",
      headers: { ...authorized(place.folder), "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  const state = (): Promise<string> =>
    fetch(BASE).then(
      () => "up",
      () => "down",
    );

  after(async () => {
    await stopServer(place);
    rmSync(folder, { recursive: true, force: true });
  });

  it("ends with the command that started it, its containers too, unless it was asked to stay", async () => {
    await start({ keep: false });
    expect((await ask("_rehearsal/health")).status).to.equal(200);
    const labels = { [REHEARSAL_LABEL]: settings.prefix };
    const Image = `${settings.imagePrefix}${PYTHON_IMAGE}`;
    const made = await docker.createContainer({ Image, Labels: labels, Cmd: ["sleep", "600"], StopSignal: "SIGKILL" });
    try {
      await made.start();
      await endServer(place);
      expect(await state()).to.equal("down");
      expect((await made.inspect()).State.Running).to.equal(false);
    } finally {
      await made.remove({ force: true });
    }
    await start({ keep: true });
    await endServer(place);
    expect(await state()).to.equal("up");
    await stopServer(place);
    lines.length = 0;
  });

  it("starts once, and is left alone when it runs", async () => {
    await start();
    const first = pid();
    expect(commandOf(first)).to.include("rehearsal/main.ts").and.to.not.include(accessToken(place.folder));
    await start();
    expect(pid()).to.equal(first);
    expect(lines).to.have.length(1);
  });

  it("has lost nothing when it is killed", async () => {
    await post("serviceusage/v1/projects/fleet-process/services/run.googleapis.com:enable", {});
    await eventually(enabled, (now) => now === "ENABLED");
    const first = pid();
    process.kill(first, "SIGKILL");
    await eventually(state, (now) => now === "down");
    await start();
    expect(pid()).to.not.equal(first);
    expect(await enabled()).to.equal("ENABLED");
    // They hold secrets.
    for (const file of ["state.json", "authorization"])
      expect(statSync(join(place.folder, file)).mode & 0o777, file).to.equal(0o600);
  });

  it("is taken away with all that it knows, and starts nothing for it", async () => {
    const project = "projects/fleet-process";
    await (await post(`serviceusage/v1/${project}/services/artifactregistry.googleapis.com:enable`, {})).json();
    await post("_rehearsal/faults", { kind: "slow", at: "artifactregistry.create", ms: 600_000 });
    const repositories = `artifactregistry/v1/${project}/locations/europe-west1/repositories`;
    await eventually(
      async () => (await post(`${repositories}?repositoryId=apps`, { format: "DOCKER" })).status,
      (status) => status === 200,
    );
    await stopServer(place);
    const began = Date.now() / 1000;
    const port = createServer().listen(PORT, "127.0.0.1");
    await once(port, "listening");
    await removeCloud(place).finally(() => port.close());
    const events = await docker.getEvents({
      since: began,
      until: Date.now() / 1000,
      filters: { event: ["create"], label: [`${REHEARSAL_LABEL}=${settings.prefix}`] },
    });
    expect(await text(events)).to.equal("");
    expect(existsSync(place.folder)).to.equal(false);
    expect(await state()).to.equal("down");
  });
});
