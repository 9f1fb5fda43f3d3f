import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type Docker from "dockerode";
import { followLogs, Pending } from "../../dashboard/logs";
import type { LogLine } from "../../dashboard/messages";
import { LogBuffer, searchOf } from "../../dashboard/page/logbuffer";
import { justAfter } from "../../ops/logs/read";
import { inFull, levelOf, printed } from "../../dashboard/page/logline";

const line = (text: string, part = "leads/web"): LogLine => [part, "2026-11-24T10:00:00.000000001Z", text];
/** As the engine sends what was printed to standard output. */
const frame = (text: string): Buffer => {
  const payload = Buffer.from(text);
  const header = Buffer.from([1, 0, 0, 0, 0, 0, 0, 0]);
  header.writeUInt32BE(payload.length, 4);
  return Buffer.concat([header, payload]);
};
const texts = (buffer: LogBuffer): string[] => buffer.matches.map(({ line: [, , text] }) => text);

describe("lines on their way to the page", () => {
  it("come in order of time, whatever part they are of", () => {
    const pending = new Pending();
    pending.add([{ service: "b", time: "2026-11-24T10:00:02.000000000Z", text: "second" }]);
    pending.add([{ service: "a", time: "2026-11-24T10:00:01.000000000Z", text: "first" }]);
    assert.deepEqual(
      pending.take()?.lines.map(([, , text]) => text),
      ["first", "second"],
    );
    assert.equal(pending.take(), undefined);
  });

  it("are dropped, oldest first, and counted when the page is slower", () => {
    const pending = new Pending();
    const all = Array.from({ length: 50_000 }, (_, number) => ({
      service: "a",
      time: String(number).padStart(9, "0"),
      text: String(number),
    }));
    for (let at = 0; at < all.length; at += 1000) pending.add(all.slice(at, at + 1000));
    const batch = pending.take();
    assert.equal((batch?.lines.length ?? 0) + (batch?.dropped ?? 0), 50_000);
    assert.ok((batch?.dropped ?? 0) > 0);
    assert.equal(batch?.lines.at(-1)?.[2], "49999");
  });

  it("are cut when they are very long", () => {
    const pending = new Pending();
    pending.add([{ service: "a", time: "1", text: "x".repeat(1_000_000) }]);
    assert.match(pending.take()?.lines[0]?.[2] ?? "", /^x{8192} \(cut\)$/);
  });
});

describe("the lines of a part", () => {
  it("go on in its next life, and in the container of another name that takes its place", async () => {
    const time = (second: number): string => `2026-11-24T10:00:0${second}.000000000Z`;
    const asked: object[] = [];
    const docker = {
      getContainer: (name: string) => ({
        logs: ({ tail, since }: { tail?: number; since?: string }) => {
          asked.push({ name, ...(tail !== undefined && { tail }), ...(since !== undefined && { since }) });
          // The new revision's first line is older than the last one's last.
          return Promise.resolve([frame(`${name === "web-2" ? time(1) : time(asked.length + 1)} ${name}\n`)]);
        },
      }),
    } as unknown as Docker;
    const lives = [
      { container: "web-1", startedAt: time(0) },
      { container: "web-1", startedAt: time(2) },
      { container: "web-2", startedAt: time(3) },
    ];
    const pending = new Pending();
    const ended = new AbortController();
    const following = followLogs({
      docker,
      ids: ["leads/web"],
      partOf: () => lives[0],
      tail: 5,
      pending,
      signal: ended.signal,
    });
    const seen: string[] = [];
    while (lives.length > 0) {
      await sleep(10);
      const lines = pending.take()?.lines ?? [];
      if (lines.length === 0) continue;
      seen.push(...lines.map(([, , text]) => text));
      lives.shift();
    }
    ended.abort();
    await following;
    assert.deepEqual(seen, ["web-1", "web-1", "web-2"]);
    assert.deepEqual(asked, [
      { name: "web-1", tail: 5 },
      { name: "web-1", since: justAfter(time(2)) },
      { name: "web-2", tail: 5 },
    ]);
  });
});

describe("the page's lines", () => {
  it("are the newest, and it knows how many have left", () => {
    const buffer = new LogBuffer(3);
    buffer.add({ lines: ["a", "b"].map((text) => line(text)), dropped: 0 });
    buffer.add({ lines: ["c", "d", "e"].map((text) => line(text)), dropped: 7 });
    assert.deepEqual(texts(buffer), ["c", "d", "e"]);
    assert.deepEqual([buffer.seen, buffer.left, buffer.dropped], [5, 2, 7]);
  });

  it("are searched, those that come later too", () => {
    const buffer = new LogBuffer(3);
    buffer.add({ lines: ["error 1", "fine", "ERROR 2"].map((text) => line(text)), dropped: 0 });
    buffer.search(searchOf("error").matcher);
    assert.deepEqual(texts(buffer), ["error 1", "ERROR 2"]);
    assert.equal(buffer.add({ lines: [line("error 3")], dropped: 0 }), 1, "one match has left at the front");
    assert.deepEqual(texts(buffer), ["ERROR 2", "error 3"]);
    buffer.search(searchOf("").matcher);
    assert.deepEqual(texts(buffer), ["fine", "ERROR 2", "error 3"]);
  });

  it("are searched for text as it is, for regular expressions between slashes, and for parts", () => {
    assert.equal(searchOf("a.c").matcher(line("abc")), false);
    assert.equal(searchOf("/a.c/").matcher(line("abc")), true);
    assert.equal(searchOf("redis").matcher(line("nothing", "leads/redis")), true);
    assert.match(searchOf("/(/").problem ?? "", /regular expression/i);
  });
});

describe("a printed line", () => {
  it("is taken apart where it is structured", () => {
    const text = JSON.stringify({ time: "t", severity: "WARNING", message: "slow", request_id: null, millis: 12 });
    assert.deepEqual(printed(text), { severity: "WARNING", message: "slow", extras: "millis=12" });
    assert.match(inFull(text), /^millis: 12$/m);
  });

  it("is shown as it is where it is not, without a terminal's colours", () => {
    assert.equal(printed("\u001b[31mred\u001b[0m").message, "red");
    assert.equal(printed('{"half": ').message, '{"half": ');
    assert.equal(levelOf(printed("2026 [7] FATAL:  no").severity), "bad");
    assert.equal(levelOf(printed("nothing special").severity), "plain");
  });
});
