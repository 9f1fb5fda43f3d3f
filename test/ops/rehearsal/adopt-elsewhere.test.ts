import { expect } from "chai";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { adoptPending } from "../../../ops/rehearsal/adopt";
import type { Session } from "../../../ops/start/set-up";

const secret = {
  urn: "urn:pulumi:pr-12::fleet::gcp:secretmanager/secret:Secret::slot",
  type: "gcp:secretmanager/secret:Secret",
  inputs: { project: "p", secretId: "review-base-slot-1" },
};

describe("what a killed update was making, of a stack whose state is no file here", () => {
  const folder = mkdtempSync(join(tmpdir(), "fleet-adopt-"));
  after(() => rmSync(folder, { recursive: true }));

  /** A stand-in for the CLI, which keeps the state as a bucket would, and notes what it is asked. */
  const sessionWith = (pending: object[]): Session => {
    const [binary, state, asked] = ["pulumi", "state.json", "asked"].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    rmSync(asked, { force: true });
    writeFileSync(state, JSON.stringify({ version: 3, deployment: { resources: [], pending_operations: pending } }));
    writeFileSync(
      binary,
      `#!/bin/sh\necho "$1 $2" >> ${asked}\ncase "$2" in export) cp ${state} "$4" ;; import) cp "$4" ${state} ;; esac\n`,
    );
    chmodSync(binary, 0o755);
    const stack = { name: "pr-12", kind: "committed", folder, backend: join(folder, "nowhere") };
    return { stack, binary, env: process.env, stackArgs: ["--stack", "pr-12"] } as unknown as Session;
  };
  const asked = (): string[] => readFileSync(join(folder, "asked"), "utf8").trim().split("\n");

  it("is adopted, and then looked for", async () => {
    const told: string[] = [];
    const session = sessionWith([{ type: "creating", resource: secret }]);
    await adoptPending({ session, report: (line) => void told.push(line) });
    expect(asked()).to.deep.equal(["stack export", "stack import", "refresh --yes"]);
    const { deployment } = JSON.parse(readFileSync(join(folder, "state.json"), "utf8"));
    expect(deployment.resources.map(({ id }: { id: string }) => id)).to.deep.equal([
      "projects/p/secrets/review-base-slot-1",
    ]);
    expect(deployment).to.not.have.property("pending_operations");
    expect(told.join()).to.match(/killed while creating slot/);
  });

  it("is nothing where nothing is under way: the state stays as it is", async () => {
    await adoptPending({ session: sessionWith([]), report: () => undefined });
    expect(asked()).to.deep.equal(["stack export"]);
    expect(existsSync(join(folder, "state.json"))).to.equal(true);
  });
});
