import { execFileSync, spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, request, type Server } from "node:http";
import path from "node:path";
import { inFleet } from "../../../ops/stack/files";
import type { TestCloud } from "../cloud";
import type { Result, Suite } from "./suites";

/** Copies what is taken of a suite beside the checkout, changes it as the suite says, and installs what it needs. */
export const prepared = (suite: Suite, peer: string): string => {
  const folder = inFleet(`soak/peer/${suite.name}`);
  mkdirSync(folder, { recursive: true });
  const copy = (from: string, to: string): void => {
    mkdirSync(path.dirname(path.join(folder, to)), { recursive: true });
    cpSync(from, path.join(folder, to));
  };
  for (const [from, to] of suite.files) copy(path.join(peer, suite.from, from), to);
  for (const [from, to] of suite.ours) copy(path.join(import.meta.dirname, suite.name, from), to);
  for (const { file, from, to } of suite.edits ?? []) {
    const text = readFileSync(path.join(folder, file), "utf8");
    const changed = text.replace(from, to);
    if (changed === text) throw new Error(`${file} of the peer has changed: ${String(from)} is not in it`);
    writeFileSync(path.join(folder, file), changed);
  }
  for (const command of suite.prepare)
    execFileSync("sh", ["-c", command], { cwd: folder, stdio: ["ignore", "inherit", "inherit"] });
  return folder;
};

/** Runs a suite's tests against an address, and tells what became of each. */
export const resultsOf = async (of: {
  suite: Suite;
  folder: string;
  endpoint: string;
  token: string;
}): Promise<Result[]> => {
  const { suite, folder, endpoint, token } = of;
  rmSync(path.join(folder, "target/surefire-reports"), { recursive: true, force: true });
  const outputs: string[] = [];
  for (const { command, project } of suite.run)
    outputs.push(await output({ command, folder, env: environment({ endpoint, token, project }) }));
  const reports = path.join(folder, "target/surefire-reports");
  const xml = existsSync(reports) ? readdirSync(reports).filter((name) => name.endsWith(".xml")) : [];
  const text = [...outputs, ...xml.map((name) => readFileSync(path.join(reports, name), "utf8"))].join("\n");
  writeFileSync(path.join(folder, "output.log"), text);
  return suite.results(text);
};

const environment = ({
  endpoint,
  token,
  project,
}: {
  endpoint: string;
  token: string;
  project: string;
}): NodeJS.ProcessEnv => ({
  ...process.env,
  FLOCI_GCP_ENDPOINT: endpoint,
  FLOCI_GCP_PROJECT: project,
  SECRET_MANAGER_EMULATOR_HOST: new URL(endpoint).host,
  ...{ FLOCI_ENDPOINT: endpoint, FLOCI_HOST: new URL(endpoint).host, FLOCI_PROJECT: project },
  // OpenTofu, under the name that the tests call, with the provider that terraform.soak.ts builds.
  TF_CLI_CONFIG_FILE: inFleet("soak/terraform/tofu.rc"),
  PATH: `${inFleet("soak/peer/bin")}:${process.env.PATH}`,
  // gcloud brings the token itself, and leaves a person's own settings alone.
  CLOUDSDK_AUTH_ACCESS_TOKEN: token,
  CLOUDSDK_CONFIG: inFleet("soak/peer/gcloud-settings"),
});

type Command = { command: string; folder: string; env: NodeJS.ProcessEnv };

/** The server is in this process, so that it may not wait. A failing test is an answer, not an error. */
const output = ({ command, folder, env }: Command): Promise<string> =>
  new Promise((resolve, reject) => {
    const child = spawn("sh", ["-c", `${command} 2>&1`], { cwd: folder, env, stdio: ["ignore", "pipe", "inherit"] });
    const pieces: Buffer[] = [];
    child.stdout.on("data", (piece: Buffer) => pieces.push(piece));
    child.on("error", reject).on("close", () => resolve(Buffer.concat(pieces).toString("utf8")));
  });

/**
 * The address of the cloud for tests that bring no token, look for JSON in one line and know no other scheme than Google's:
 * it adds the first, writes the second, and calls a service's own address https.
 */
export const openDoor = (cloud: TestCloud, port: number): Promise<Server> => {
  const door = createServer((asked, answer) => {
    const headers = {
      ...asked.headers,
      ...cloud.headers,
      host: `127.0.0.1:${cloud.port}`,
      "accept-encoding": "identity",
    };
    const sent = request(
      { host: "127.0.0.1", port: cloud.port, method: asked.method, path: asked.url, headers },
      (given) => {
        const pieces: Buffer[] = [];
        given.on("data", (piece: Buffer) => pieces.push(piece));
        given.on("end", () => {
          const text = inOneLine(Buffer.concat(pieces).toString("utf8")).replaceAll(
            /"http:\/\/([\w.-]+\.run\.localhost)/g,
            '"https://$1',
          );
          const { "content-length": _, "transfer-encoding": __, ...kept } = given.headers;
          answer.writeHead(given.statusCode ?? 502, { ...kept, "content-length": Buffer.byteLength(text) }).end(text);
        });
      },
    );
    sent.on("error", () => answer.destroy());
    asked.pipe(sent);
  });
  return new Promise((resolve) => door.listen(port, "127.0.0.1", () => resolve(door)));
};

const inOneLine = (text: string): string => {
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    return text;
  }
};
