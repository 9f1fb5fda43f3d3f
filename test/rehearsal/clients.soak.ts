import { expect } from "chai";
import { execFileSync, spawn } from "node:child_process";
import { cpSync, mkdirSync } from "node:fs";
import path from "node:path";
import { apis, loadApis } from "../../rehearsal/apis";
import { inFleet } from "../../ops/stack/files";
import { say } from "../soak/series";
import { PROJECT, TestCloud } from "./cloud";

/** A program in a language of Google's clients: its files, what installs the clients, and what runs it. */
type Program = { name: string; files: readonly string[]; prepare: readonly string[]; run: string };

const PROGRAMS: readonly Program[] = [
  {
    name: "python",
    files: ["python.py", "requirements.txt"],
    prepare: ["python3 -m venv .venv", ".venv/bin/pip install --quiet --requirement requirements.txt"],
    run: ".venv/bin/python python.py",
  },
  {
    name: "node",
    files: ["node.mjs", "package.json"],
    prepare: ["npm install --silent --ignore-scripts --no-audit --no-fund"],
    run: "node node.mjs",
  },
  {
    name: "python-every-method",
    files: ["every_method.py", "requirements.txt"],
    prepare: ["python3 -m venv .venv", ".venv/bin/pip install --quiet --requirement requirements.txt"],
    run: ".venv/bin/python every_method.py",
  },
  { name: "go", files: ["go/main.go", "go/go.mod"], prepare: ["cd go && go mod tidy"], run: "cd go && go run ." },
];

/** Google's generated clients over REST, told an address, a token and a project and nothing else. */
describe("the rehearsed cloud, asked by Google's own clients", function () {
  this.timeout(1_200_000);
  const cloud = new TestCloud(32750);
  before(async () => {
    await cloud.open();
    cloud.enable(...apis.map(({ service }) => service.replace(".googleapis.com", "")));
  });
  after(() => cloud.remove());
  afterEach(() => cloud.rehearsal.report.empty());

  for (const program of PROGRAMS)
    it(`answers those of ${program.name}`, async () => {
      const folder = prepared(program);
      const { code, output } = await outcome(
        `${program.run} http://127.0.0.1:${cloud.port} "$TOKEN" ${PROJECT}`,
        folder,
      );
      for (const line of output.trim().split("\n")) say(line);
      expect(code).to.equal(0);
      const { ownViolations, broken, unanswered } = cloud.rehearsal.report.summary();
      expect({ ownViolations, broken, unanswered }).to.deep.equal({ ownViolations: [], broken: [], unanswered: [] });
    });

  const prepared = ({ name, files, prepare }: Program): string => {
    const folder = inFleet(`soak/clients/${name}`);
    for (const file of files) {
      mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
      cpSync(path.join(import.meta.dirname, "clients", file), path.join(folder, file));
    }
    for (const command of prepare)
      execFileSync("sh", ["-c", command], { cwd: folder, stdio: ["ignore", "inherit", "inherit"] });
    return folder;
  };

  /** The methods that the cloud answers, by API and version. */
  const methods = (): { api: string; version: string; id: string }[] =>
    loadApis().flatMap(({ documents, handlers }) =>
      documents.flatMap(({ name: api, version, methods: all }) =>
        all.filter(({ id }) => id in handlers).map(({ id }) => ({ api, version, id })),
      ),
    );

  /** The server is in this process, so that it may not wait. */
  const outcome = (command: string, folder: string): Promise<{ code: number | null; output: string }> =>
    new Promise((resolve, reject) => {
      const env = { ...process.env, TOKEN: cloud.token, METHODS: JSON.stringify(methods()) };
      const child = spawn("sh", ["-c", `${command} 2>&1`], { cwd: folder, env, stdio: ["ignore", "pipe", "inherit"] });
      const pieces: Buffer[] = [];
      child.stdout.on("data", (piece: Buffer) => pieces.push(piece));
      child
        .on("error", reject)
        .on("close", (code) => resolve({ code, output: Buffer.concat(pieces).toString("utf8") }));
    });
});
