import { expect } from "chai";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Place } from "../../ops/rehearsal/place";
import { ensureServer, removeCloud, stopServer } from "../../ops/rehearsal/server";
import { stackOf } from "../../ops/stack";
import { eventually } from "../e2e/project";

const PORT = 32080;
const BASE = `http://127.0.0.1:${PORT}`;

describe("the rehearsal's server as a process", () => {
  const folder = mkdtempSync(join(tmpdir(), "fleet-rehearsal-"));
  const place: Place = {
    stack: stackOf("rehearsal-process"),
    project: "fleet-process",
    region: "europe-west1",
    port: PORT,
    ports: [PORT + 1, PORT + 9],
    folder: join(folder, "cloud"),
    passphraseFile: join(folder, "passphrase"),
  };
  const settings = {
    projectId: place.project,
    port: PORT,
    prefix: "rehearsal-process",
    imagePrefix: "",
    ports: place.ports,
  };
  const lines: string[] = [];
  const start = (): Promise<void> => ensureServer({ place, settings, report: (line) => lines.push(line) });
  const pid = (): number =>
    (JSON.parse(readFileSync(join(place.folder, "server.pid.json"), "utf8")) as { pid: number }).pid;
  const enabled = async (): Promise<string> =>
    (
      (await (await fetch(`${BASE}/serviceusage/v1/projects/fleet-process/services/run.googleapis.com`)).json()) as {
        state: string;
      }
    ).state;

  after(async () => {
    await stopServer(place);
    rmSync(folder, { recursive: true, force: true });
  });

  it("starts once, and is left alone when it runs", async () => {
    await start();
    const first = pid();
    await start();
    expect(pid()).to.equal(first);
    expect(lines).to.have.length(1);
  });

  it("has lost nothing when it is killed", async () => {
    const url = `${BASE}/serviceusage/v1/projects/fleet-process/services/run.googleapis.com:enable`;
    await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body: "{}" });
    await eventually(enabled, (state) => state === "ENABLED");
    const first = pid();
    process.kill(first, "SIGKILL");
    await eventually(
      () =>
        fetch(BASE).then(
          () => "up",
          () => "down",
        ),
      (state) => state === "down",
    );
    await start();
    expect(pid()).to.not.equal(first);
    expect(await enabled()).to.equal("ENABLED");
    // It holds secrets.
    expect(statSync(join(place.folder, "state.json")).mode & 0o777).to.equal(0o600);
  });

  it("is taken away with all that it knows", async () => {
    await removeCloud(place);
    expect(existsSync(place.folder)).to.equal(false);
    expect(
      await fetch(BASE).then(
        () => "up",
        () => "down",
      ),
    ).to.equal("down");
  });
});
