import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  accessSync,
  constants,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import Docker from "dockerode";
import { followed } from "../docker/progress";
import { catalogue } from "../infra/catalogue";
import type { System } from "../infra/catalogue/vocabulary";
import { specified } from "./infra/example";
import { imagePrefix } from "./offline/container";

const HOOKS = ["onCreateCommand", "updateContentCommand", "postCreateCommand", "postStartCommand", "postAttachCommand"];

type Connection = Record<"server" | "database" | "username" | "password" | "driver", string> & { port: number };
type Configuration = Record<string, unknown> & {
  forwardPorts: number[];
  portsAttributes: Record<string, { label: string }>;
  customizations: { vscode: { extensions: string[]; settings: { "sqltools.connections": Connection[] } } };
};

const read = (): Configuration => {
  const { stdout, stderr, status } = spawnSync(
    "node_modules/.bin/devcontainer",
    ["read-configuration", "--workspace-folder", "."],
    { encoding: "utf8" },
  );
  assert.equal(status, 0, stderr);
  return (JSON.parse(stdout) as { configuration: Configuration }).configuration;
};

/** The dev container (specification 000), as its own command-line tool understands it. */
describe("the dev container", () => {
  const configuration = read();
  const commands = HOOKS.map((hook) => [hook, configuration[hook] as Record<string, string>] as const);

  it("names every command of every hook", () => {
    for (const [hook, named] of commands) {
      assert.equal(typeof named, "object", `${hook} is an object of named commands`);
      assert.ok(Object.keys(named).length > 0, hook);
    }
    assert.equal(configuration.shutdownAction, "stopContainer");
  });

  it("calls only commands that there are", () => {
    const targets = readFileSync("services/callcenter/Makefile", "utf8");
    const script = readFileSync(".devcontainer/hooks.sh", "utf8");
    accessSync(".devcontainer/hooks.sh", constants.X_OK);
    for (const [hook, named] of commands)
      for (const [name, command] of Object.entries(named)) {
        const [program = "", ...words] = command.split(" ");
        const last = words.at(-1) ?? "";
        const isThere = {
          ".devcontainer/hooks.sh": () => new RegExp(`^    ${last}\\) `, "m").test(script),
          make: () => new RegExp(`^${last}:`, "m").test(targets),
          cat: () => existsSync(last),
          npm: () => words[0] === "ci",
          git: () => words[0] === "config",
        }[program];
        assert.equal(isThere?.(), true, `${hook}.${name}: ${command}`);
      }
  });

  it("has a script that bash can read, and that says what it can do", () => {
    assert.equal(spawnSync("bash", ["-n", ".devcontainer/hooks.sh"]).status, 0);
    const { status, stderr } = spawnSync(".devcontainer/hooks.sh", ["no-such-hook"], { encoding: "utf8" });
    assert.equal(status, 2);
    assert.match(stderr, /name one of engine-access, install-layers, start/);
  });

  it("forwards the port of every web service of the specifications, and others under their names too", () => {
    const websOf = (systems: Record<string, System>) =>
      Object.entries(systems).flatMap(([system, { services }]) =>
        Object.entries(services).flatMap(([name, service]) =>
          service.kind === "web" ? [`${service.hostPort} ${system}/${name}`] : [],
        ),
      );
    const forwarded = configuration.forwardPorts.map(
      (port) => `${port} ${configuration.portsAttributes[String(port)]?.label}`,
    );
    for (const web of websOf(specified)) assert.ok(forwarded.includes(web), web);
    for (const port of forwarded) assert.ok(websOf(catalogue).includes(port), port);
    assert.equal(Object.keys(configuration.portsAttributes).length, forwarded.length);
  });

  it("connects the editor to callcenter's databases as the catalogue and the stack dev have them", () => {
    const passwords = readFileSync("Pulumi.dev.yaml", "utf8");
    const datastores = Object.entries<System["datastores"][string]>(catalogue.callcenter.datastores);
    const connections = configuration.customizations.vscode.settings["sqltools.connections"];
    assert.deepEqual(
      connections.map(({ server }) => server),
      datastores.map(([name]) => name),
    );
    for (const [name, datastore] of datastores) {
      const { database, username, password } = connections.find(({ server }) => server === name) as Connection;
      const [expected] = "databases" in datastore ? datastore.databases : [];
      assert.deepEqual([database, username], [expected?.name, expected?.user]);
      assert.match(passwords, new RegExp(`callcenter-${expected?.password}: ${password}$`, "m"));
    }
  });

  it("brings the extensions of the specification", () => {
    const extensions = new Set(configuration.customizations.vscode.extensions);
    for (const id of ["ms-python.python", "batisteo.vscode-django", "mtxr.sqltools-driver-pg", "eamodio.gitlens"])
      assert.ok(extensions.has(id), id);
    assert.equal(extensions.size, 15);
  });
});

/**
 * `devcontainer up` gives the image's user the uid of whoever starts it; here its own file does so, on an image of our
 * Dockerfile without what it fetches.
 */
describe("M15: the dev container of a person whose uid is not 1000", function () {
  this.timeout(120_000);
  const docker = new Docker();
  const images = ["fleet-test-devcontainer", "fleet-test-devcontainer-uid"] as const;
  const folder = mkdtempSync(path.join(tmpdir(), "fleet-devcontainer-"));
  after(async () => {
    rmSync(folder, { recursive: true });
    for (const image of [...images].reverse())
      await docker
        .getImage(image)
        .remove({ force: true })
        .catch(() => undefined);
  });

  const build = async (tag: string, buildargs: Record<string, string>): Promise<void> => {
    const src = ["Dockerfile", "hooks.sh"];
    const stream = await docker.buildImage({ context: folder, src }, { t: tag, buildargs });
    const events: { error?: string }[] = await followed(docker, stream);
    assert.deepEqual(
      events.flatMap(({ error }) => error ?? []),
      [],
    );
  };

  it("takes the layers dev and test", async () => {
    const written = readFileSync(".devcontainer/Dockerfile", "utf8")
      .replace(/^RUN apt-get[^]*?\n\n/m, "RUN mkdir -p /etc/sudoers.d\n\n")
      .replace(/^COPY .*\n/m, "")
      .replace(/python -m venv (.*) \\\n +&& pip install[^]*$/, "python -m venv --without-pip $1\n");
    // In place of uv: it writes where uv does.
    const uv = `printf '#!/bin/sh\\ncd "$VIRTUAL_ENV"/lib/python3*/site-packages && touch of-a-layer'`;
    const installer = `RUN ${uv} > "$VIRTUAL_ENV/bin/uv" && chmod 755 "$VIRTUAL_ENV/bin/uv"\n`;
    writeFileSync(path.join(folder, "Dockerfile"), `${written}${installer}COPY hooks.sh /work/.devcontainer/\n`);
    copyFileSync(".devcontainer/hooks.sh", path.join(folder, "hooks.sh"));
    await build(images[0], { IMAGE_PREFIX: imagePrefix });

    const updateUid = "node_modules/@devcontainers/cli/scripts/updateUID.Dockerfile";
    copyFileSync(updateUid, path.join(folder, "Dockerfile"));
    const user = { REMOTE_USER: "django", IMAGE_USER: "django", NEW_UID: "1234", NEW_GID: "1234" };
    await build(images[1], { BASE_IMAGE: images[0], ...user });

    const container = await docker.createContainer({
      Image: images[1],
      Cmd: ["sh", "-c", "id -u >&2 && /work/.devcontainer/hooks.sh install-layers"],
    });
    await container.start();
    const { StatusCode } = (await container.wait()) as { StatusCode: number };
    const log = (await container.logs({ stdout: true, stderr: true })).toString();
    await container.remove();
    assert.equal(StatusCode, 0, log);
    assert.match(log, /1234\n[^]*layers base, dev and test are in \/home\/django\/venv/);
  });
});

describe("the prebuild workflow", () => {
  const workflow = readFileSync(".github/workflows/devcontainer.yml", "utf8");

  it("may only read the code and write packages, and uses actions by commit", () => {
    assert.match(workflow, /^permissions: \{\}$/m);
    assert.deepEqual(
      [...workflow.matchAll(/^ {6}([a-z-]+): (read|write)$/gm)].map(([, what, right]) => `${what} ${right}`),
      ["contents read", "packages write"],
    );
    for (const [, action] of workflow.matchAll(/uses: (\S+)/g))
      assert.match(action ?? "", /^actions\/[a-z-]+@[0-9a-f]{40}$/);
  });

  it("runs when what the image is made of changes", () => {
    const copied = [
      ...readFileSync(".devcontainer/Dockerfile", "utf8").matchAll(/^COPY .*?((?:services\/\S+ )+)/gm),
    ].flatMap(([, files = ""]) => files.trim().split(" "));
    assert.ok(copied.length > 0);
    for (const file of copied)
      assert.ok(workflow.includes(`- ${file}`) || workflow.includes(`- ${file.replace(/[^/]+$/, "**")}`), file);
  });
});
