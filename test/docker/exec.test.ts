import assert from "node:assert/strict";
import type { IncomingMessage } from "node:http";
import { PassThrough, Readable, type Duplex } from "node:stream";
import { json, text } from "node:stream/consumers";
import { connect } from "../../docker/connect";
import { execCaptured, execInto } from "../../docker/exec";
import { fakeEngine, frame } from "./fake-engine";

type Created = { Cmd: string[]; Env: string[]; WorkingDir?: string; AttachStdin: boolean };

/** An engine whose container `db` runs what `play` does; the exit code is known only when it is asked a third time. */
const withEngine = async <T>(
  play: (connection: Duplex, sent: Buffer) => void,
  work: (of: { docker: Awaited<ReturnType<typeof connect>>; created: Created[] }) => Promise<T>,
): Promise<T> => {
  const created: Created[] = [];
  let asked = 0;
  const engine = await fakeEngine({
    answer: (request: IncomingMessage, response) => {
      const reply = (status: number, body: object) =>
        response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
      if (request.url === "/exec/e1/json")
        return void reply(200, [{ Running: true }, { Running: false, ExitCode: null }][asked++] ?? ENDED);
      if (request.url !== "/containers/db/exec") return void reply(409, { message: "container is not running" });
      void json(request).then((body) => (created.push(body as Created), reply(201, { Id: "e1" })));
    },
    upgraded: play,
  });
  const host = process.env["DOCKER_HOST"];
  try {
    return await work({ docker: await connect(engine.host), created });
  } finally {
    if (host === undefined) delete process.env["DOCKER_HOST"];
    else process.env["DOCKER_HOST"] = host;
    await engine.close();
  }
};
const ENDED = { Running: false, ExitCode: 3 };

const print = (connection: Duplex): void => {
  connection.write(frame(1, "one "));
  connection.write(frame(2, "bad "));
  connection.end(frame(1, "two"));
};

describe("a command in a container", () => {
  it("gives what it wrote, each stream and both in order, and the exit code once the engine has it", async () => {
    await withEngine(print, async ({ docker, created }) => {
      const ended = await execCaptured({
        docker,
        container: "db",
        command: ["ls", "-l"],
        env: ["A=b"],
        folder: "/tmp",
      });
      assert.deepEqual(ended, { code: 3, stdout: "one two", stderr: "bad ", output: "one bad two" });
      const [{ Cmd, Env, WorkingDir, AttachStdin } = {} as Created] = created;
      assert.deepEqual([Cmd, Env, WorkingDir, AttachStdin], [["ls", "-l"], ["A=b"], "/tmp", false]);
    });
  });

  it("reads our input to its end", async () => {
    const echo = (connection: Duplex, sent: Buffer): void => {
      const pieces = [sent];
      connection.on("data", (piece: Buffer) => pieces.push(piece));
      connection.on("end", () => {
        // Before the input comes the body of the request that was upgraded.
        const input = Buffer.concat(pieces)
          .toString()
          .replace(/^\{[^}]*\}/, "");
        connection.end(frame(1, input.toUpperCase()));
      });
    };
    await withEngine(echo, async ({ docker, created }) => {
      const input = Readable.from([Buffer.from("dump "), Buffer.from("of data")]);
      const { stdout } = await execCaptured({ docker, container: "db", command: ["cat"], input });
      assert.equal(stdout, "DUMP OF DATA");
      assert.equal(created[0]?.AttachStdin, true);
    });
  });

  it("writes into a stream of ours, which ends with it", async () => {
    await withEngine(print, async ({ docker }) => {
      const stdout = new PassThrough();
      const [ended, written] = await Promise.all([
        execInto({ docker, container: "db", command: ["dump"], stdout }),
        text(stdout),
      ]);
      assert.deepEqual([ended, written], [{ code: 3, stderr: "bad " }, "one two"]);
    });
  });

  it("is refused where the container does not run", async () => {
    await withEngine(print, ({ docker }) =>
      assert.rejects(execCaptured({ docker, container: "web", command: ["ls"] }), /container is not running/),
    );
  });
});
