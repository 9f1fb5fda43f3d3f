import assert from "node:assert/strict";
import { duration, size } from "../../../ops/terminal/columns";

describe("figures for people", () => {
  for (const [seconds, shown] of [
    [0, "0s"],
    [59.9, "59s"],
    [60, "1m"],
    [3725, "1h 2m"],
    [90_000, "1d 1h"],
    [86_400, "1d"],
    [86_401, "1d"],
    [-3, "0s"],
  ] as const) {
    it(`a time of ${seconds} s is ${shown}`, () => assert.equal(duration(seconds), shown));
  }
  for (const [bytes, shown] of [
    [0, "0 B"],
    [1023, "1023 B"],
    [1024, "1.0 KiB"],
    [15 * 1024 ** 2, "15 MiB"],
    [1.5 * 1024 ** 3, "1.5 GiB"],
  ] as const) {
    it(`${bytes} bytes are ${shown}`, () => assert.equal(size(bytes), shown));
  }
});
