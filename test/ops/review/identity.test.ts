import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { personIdentity } from "../../../ops/review/identity";

const AUDIENCE = "https://leads-web-123.europe-west1.run.app";

describe("a person's identity", () => {
  let folder: string;
  let env: NodeJS.ProcessEnv;

  /** A gcloud that notes what it was asked. */
  const install = (script: string): void => {
    const file = join(folder, "gcloud");
    writeFileSync(file, `#!/bin/sh\necho "$@" >> "${folder}/asked"\n${script}\n`);
    chmodSync(file, 0o755);
  };
  const asked = (): string => readFileSync(join(folder, "asked"), "utf8");

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "identity-"));
    env = { PATH: `${folder}:/bin:/usr/bin` };
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("is that of the application default credentials", async () => {
    install("echo gcloud-token");
    const ask = (audience: string) => Promise.resolve(`for ${audience}`);
    assert.equal(await personIdentity({ audience: AUDIENCE, env, ask }), `for ${AUDIENCE}`);
    assert.throws(asked, /ENOENT/);
  });

  it("is that of gcloud's login without those, or where their answer has none", async () => {
    install("echo gcloud-token");
    for (const given of [undefined, ""])
      assert.equal(
        await personIdentity({ audience: AUDIENCE, env, ask: () => Promise.resolve(given) }),
        "gcloud-token",
      );
    assert.equal(asked(), "auth print-identity-token\n".repeat(2));
  });

  it("is nobody's where gcloud fails, or is not there", async () => {
    const ask = () => Promise.resolve(undefined);
    install("echo half; exit 1");
    assert.equal(await personIdentity({ audience: AUDIENCE, env, ask }), undefined);
    env = { PATH: "/nowhere" };
    assert.equal(await personIdentity({ audience: AUDIENCE, env, ask }), undefined);
  });

  it("goes to no service of this machine, which could use it at Google", async () => {
    install("echo gcloud-token");
    for (const audience of ["http://localhost:8000", "http://leads-web-1.europe-west1.run.localhost:8000"])
      assert.equal(await personIdentity({ audience, env, ask: () => Promise.resolve(undefined) }), undefined);
    assert.throws(asked, /ENOENT/);
  });
});
