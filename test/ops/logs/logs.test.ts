import assert from "node:assert/strict";
import { mock } from "node:test";
import type Docker from "dockerode";
import { formatter, Lines, type Line } from "../../../ops/logs/line";
import { justAfter } from "../../../ops/logs/read";
import { isRoutine } from "../../../ops/logs/routine";
import { showHistory } from "../../../ops/logs/show";
import { sinceOf } from "../../../ops/logs/since";
import { frame } from "../../docker/fake-engine";

describe("a container's output", () => {
  it("is lines with the engine's time, whole also where a letter is cut", () => {
    const lines = new Lines("leads/web");
    const text = Buffer.from("2026-11-24T09:00:00.5Z año\r\n2026-11-24T09:00:01Z b");
    const cut = text.indexOf(0xc3) + 1;
    assert.deepEqual(lines.push(text.subarray(0, cut)), []);
    assert.deepEqual(lines.push(text.subarray(cut)), [
      { time: "2026-11-24T09:00:00.5Z", service: "leads/web", text: "año" },
    ]);
    assert.deepEqual(lines.flush(), [{ time: "2026-11-24T09:00:01Z", service: "leads/web", text: "b" }]);
  });

  it("goes on just after the last line, to the nanosecond", () => {
    assert.equal(justAfter("2026-11-24T09:00:00.123456789Z"), "1795510800.123456790");
    assert.equal(justAfter("2026-11-24T09:00:00.999999999Z"), "1795510801.000000000");
    assert.equal(justAfter("2026-11-24T09:00:00Z"), "1795510800.000000001");
  });
});

describe("the logs of several containers", () => {
  it("are shown though one was removed, which is said in a line", async () => {
    const gone = Object.assign(new Error("(HTTP code 404) no such container"), { statusCode: 404 });
    const logs = { web: frame(1, "2026-11-24T09:00:00Z ready\n") } as Record<string, Buffer>;
    const docker = {
      getContainer: (name: string) => ({ logs: async () => logs[name] ?? Promise.reject(gone) }),
    } as unknown as Docker;
    const sources = ["migrate", "web"].map((container) => ({ service: `leads/${container}`, container }));
    const texts: string[] = [];
    const emit = (lines: Line[]): void => void texts.push(...lines.map(({ text }) => text));
    const said = mock.method(process.stderr, "write", () => true);
    const starts = await showHistory({ docker, sources, from: {}, matches: () => true, emit }).finally(() =>
      said.mock.restore(),
    );
    assert.deepEqual(texts, ["ready"]);
    assert.deepEqual(
      said.mock.calls.map(({ arguments: [line] }) => line),
      ["leads/migrate: its container migrate is gone; it is left out\n"],
    );
    assert.deepEqual(starts.get("migrate"), {}, "followed from its first line on, once it is made again");
  });
});

describe("lines that are hidden unless asked for (M29)", () => {
  const access = (path: string, status: number, agent: string) =>
    `{"logger": "gunicorn.access", "message": "GET ${path} ${status}", "path": "${path}", "status": ${status}, "bytes": 16, "user_agent": "${agent}"}`;
  const lines = [
    access("/api/v1/health/", 200, "healthcheck"),
    access("/api/v1/health/", 503, "healthcheck"),
    access("/healthz", 200, "GoogleHC/1.0"),
    access("/api/v1/health/", 200, "curl/8"),
    "2026-11-28T09:29:49.578  INFO --- [et.reactor-1] localstack.request.aws     : AWS sqs.ReceiveMessage => 200",
    "2026-11-28T09:29:49.578  INFO --- [et.reactor-1] localstack.request.aws     : AWS sqs.ReceiveMessage => 400",
    "2026-11-28T09:29:49.578  INFO --- [et.reactor-1] localstack.request.aws     : AWS sqs.SendMessage => 200",
  ];

  it("are checks and polls that went well, and no others", () =>
    assert.deepEqual(
      lines.map((line) => isRoutine(line)),
      [true, false, true, false, true, false, false],
    ));

  it("are not among the last lines that were asked for", async () => {
    const printed = lines.map((line, second) => `2026-11-24T09:00:0${second}Z ${line}\n`).join("");
    const docker = {
      getContainer: () => ({ logs: () => Promise.resolve(frame(1, printed)) }),
    } as unknown as Docker;
    const texts: string[] = [];
    await showHistory({
      ...{ docker, sources: [{ service: "meet/web", container: "web" }], from: { tail: 3 } },
      matches: ({ text }) => !isRoutine(text),
      emit: (shown) => void texts.push(...shown.map(({ text }) => text)),
    });
    assert.deepEqual(texts, [lines[3], lines[5], lines[6]]);
  });
});

describe("a line", () => {
  const line = { time: "2026-11-24T09:00:00Z", service: "leads/web", text: "ready" };
  const services = ["leads/web", "callcenter/web"];

  it("is plain when piped, with straight names", () =>
    assert.equal(formatter({ services, json: false, colour: false })(line), "leads/web      | ready\n"));
  it("has its service's colour on a terminal", () => {
    const format = formatter({ services, json: false, colour: true });
    const escape = String.fromCharCode(27);
    assert.ok(format(line).startsWith(`${escape}[36m`));
    assert.notEqual(format(line).slice(0, 5), format({ ...line, service: "callcenter/web" }).slice(0, 5));
  });
  it("is JSON when asked for", () =>
    assert.deepEqual(JSON.parse(formatter({ services, json: true, colour: false })(line)), line));
});

describe("--since", () => {
  const now = new Date("2026-11-24T09:00:00Z");
  for (const [written, seconds] of [
    ["30s", 30],
    ["10m", 600],
    ["1h30m", 5400],
    ["2d", 172_800],
    ["2026-11-24T08:59:00Z", 60],
  ] as const) {
    it(`is a time before now: ${written}`, () =>
      assert.equal(Number(sinceOf(written, now)), now.getTime() / 1000 - seconds));
  }
  for (const written of ["yesterday", "10", "10 minutes", "m", ""]) {
    it(`is refused: "${written}"`, () => assert.throws(() => sinceOf(written, now), /allowed: 30s, 10m/));
  }
});
