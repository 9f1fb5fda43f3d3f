import { expect } from "chai";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { leaving } from "../../../ops/start/dockerd";

describe("an engine that does not answer", () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), "fleet-dockerd-"));
  const pidFile = path.join(folder, "docker.pid");
  const lines: string[] = [];
  const report = (line: string): void => void lines.push(line);
  const silent = (): Promise<boolean> => Promise.resolve(false);
  beforeEach(() => lines.splice(0));
  after(() => rmSync(folder, { recursive: true }));

  /** A process that counts as an engine, for `ms`. */
  const engine = (ms: number) => {
    const child = spawn(process.execPath, ["-e", `setTimeout(() => {}, ${ms})`], { argv0: "dockerd" });
    writeFileSync(pidFile, String(child.pid));
    return child;
  };

  it("is waited for while it stops, since a second one would refuse to start beside it", async () => {
    const child = engine(300);
    const ended = once(child, "exit");
    await leaving({ answers: silent, report, pidFile });
    expect(lines).to.have.length(1);
    await ended;
    expect(child.exitCode).to.equal(0);
  });

  it("is waited for until it answers, where it was only starting", async () => {
    const child = engine(60_000);
    await leaving({ answers: () => Promise.resolve(true), report, pidFile });
    expect(child.exitCode).to.equal(null);
    child.kill();
  });

  it("is not waited for when its process id belongs to something else", async () => {
    writeFileSync(pidFile, String(process.pid));
    await leaving({ answers: silent, report, pidFile });
    expect(lines).to.deep.equal([]);
  });
});
