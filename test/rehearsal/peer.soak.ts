import { expect } from "chai";
import { mkdirSync, rmSync, symlinkSync } from "node:fs";
import type { Server } from "node:http";
import { inFleet } from "../../ops/stack/files";
import { apis } from "../../rehearsal/apis";
import { say } from "../soak/series";
import { PROJECT, TestCloud } from "./cloud";
import { openDoor, prepared, resultsOf } from "./peer/peer";
import { NOT_APPLICABLE, suites } from "./peer/suites";
import { makeStandIns } from "./stand-in-images";

const PEER = process.env.PEER ?? "";

/** The tests of a peer, which nobody here wrote: docs/soaks.md says where they come from and what is changed in them. */
describe("the rehearsed cloud, asked by a peer's tests", function () {
  this.timeout(3_600_000);
  const cloud = new TestCloud(32740);
  let door: Server;

  before(async function () {
    if (PEER === "")
      throw new Error("PEER has to name the folder compatibility-tests of github.com/floci-io/floci-gcp");
    await makeStandIns();
    mkdirSync(inFleet("soak/peer/bin"), { recursive: true });
    rmSync(inFleet("soak/peer/bin/terraform"), { force: true });
    symlinkSync(inFleet("soak/terraform/tofu"), inFleet("soak/peer/bin/terraform"));
    await cloud.open();
    cloud.enable(...apis.map(({ service }) => service.replace(".googleapis.com", "")));
    // At Google a project is never without any account.
    await cloud.must(`POST iam/v1/projects/${PROJECT}/serviceAccounts`, { accountId: "another" });
    door = await openDoor(cloud, 32799);
  });
  after(async () => {
    door?.close();
    await cloud.remove();
  });

  for (const suite of suites)
    it(`passes the suite of ${suite.name}`, async () => {
      const folder = prepared(suite, PEER);
      const endpoint = "http://127.0.0.1:32799";
      const results = await resultsOf({ suite, folder, endpoint, token: cloud.token });
      const named = results.map(({ test, passed }) => ({ test: `${suite.name} ${test}`, passed }));
      const failed = named.filter(({ passed }) => !passed).map(({ test }) => test);
      const expected = Object.keys(NOT_APPLICABLE).filter((test) => test.startsWith(`${suite.name} `));
      for (const { test, passed } of named) say(`${passed ? "passes" : "FAILS "}  ${test}`);
      for (const test of expected) say(`not applicable: ${test}: ${NOT_APPLICABLE[test]}`);
      say(
        `${suite.name}: ${results.length - failed.length} of ${results.length} pass, ${expected.length} are not applicable`,
      );
      expect(results.length, "no test ran").to.be.greaterThan(0);
      expect(failed).to.have.members(expected);
    });
});
