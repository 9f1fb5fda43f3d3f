import assert from "node:assert/strict";
import { existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { takeEvents } from "../../../ops/start/update-events";
import { faultsIn } from "../../../ops/start/update-faults";

const error = (message: string, severity = "error"): string =>
  JSON.stringify({ sequence: 1, diagnosticEvent: { urn: "urn", message, severity } });

describe("what an update met in the engine", () => {
  const file = path.join(mkdtempSync(path.join(tmpdir(), "fleet-events-")), "events.jsonl");
  const faultsOf = (...lines: string[]): string[] => {
    writeFileSync(file, lines.join("\n"));
    return faultsIn(takeEvents(file).errors).map(({ path: place, cure }) => `${place}: ${cure}`);
  };
  const taken =
    "Unable to start container: Error response from daemon: driver failed programming external connectivity on endpoint leads_soak_web (c5db4ead70de): Bind for 127.0.0.1:8186 failed: port is already allocated";

  it("is told once with its cure, and the file of events is gone", () => {
    const said = faultsOf(error(taken), error(`1 error occurred: ${taken}`), JSON.stringify({ sequence: 2 }));
    assert.deepEqual(said, [
      "port 8186 on 127.0.0.1: restart the engine (sudo systemctl restart docker; of Docker Desktop: Restart in its menu)",
    ]);
    assert.equal(existsSync(file), false);
    assert.match(faultsOf(error("write /var/lib/docker/x: no space left on device")).join(), /docker system prune/);
  });

  it("is what it did to each resource, a replacement once", () => {
    const did = (op: string, urn: string): string => JSON.stringify({ resOutputsEvent: { metadata: { op, urn } } });
    const steps = [
      ["create", "a"],
      ["update", "b"],
      ["create-replacement", "c"],
      ["replace", "c"],
      ["delete-replaced", "c"],
    ];
    writeFileSync(
      file,
      [...steps, ["delete", "d"], ["same", "e"]].map(([op = "", urn = ""]) => did(op, urn)).join("\n"),
    );
    const { changes } = takeEvents(file);
    assert.deepEqual(changes, { made: ["a"], changed: ["b"], replaced: ["c"], deleted: ["d"] });
  });

  it("is nothing where nothing failed, where nobody wrote, and at the end of a killed CLI", () => {
    assert.deepEqual(faultsOf(error(taken, "info")), []);
    assert.deepEqual(faultsOf(error(taken).slice(0, -9)), []);
    assert.deepEqual(takeEvents("/nowhere/events.jsonl").errors, []);
  });
});
