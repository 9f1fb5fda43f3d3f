import assert from "node:assert/strict";
import Docker from "dockerode";
import { pull } from "../../docker/pull";
import { fakeEngine } from "./fake-engine";

describe("a pull", () => {
  const pulled = async (...told: object[]): Promise<void> => {
    const lines = told.map((line) => `${JSON.stringify(line)}\n`).join("");
    const engine = await fakeEngine({ answer: (_request, response) => void response.end(lines) });
    const docker = new Docker({ socketPath: engine.socket });
    await pull({ docker, image: "registry.example/redis:7", authconfig: undefined }).finally(engine.close);
  };

  it("ends with the engine's last line", () => pulled({ status: "Pulling" }, { status: "Digest: sha256:1" }));

  it("has failed where a line says so, though the engine's answer began well", () =>
    assert.rejects(pulled({ status: "Pulling" }, { error: "unexpected EOF" }), /^Error: unexpected EOF$/));

  it("has failed where a line says so in the form that API 1.48 leaves alone", () =>
    assert.rejects(
      pulled({ status: "Pulling" }, { errorDetail: { message: "no space left" } }),
      /^Error: no space left$/,
    ));
});
