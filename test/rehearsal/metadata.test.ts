import { expect } from "chai";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, request, type OutgoingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectOf } from "../../rehearsal/project";
import { Identity } from "../../rehearsal/realise/identity";
import { metadataAnswerer, metadataHost } from "../../rehearsal/realise/metadata";
import { Report } from "../../rehearsal/report";

describe("the rehearsed metadata server", () => {
  const folder = mkdtempSync(join(tmpdir(), "fleet-metadata-"));
  const emailOf = (key: string): string | undefined => (key === "known" ? "web@example.com" : undefined);
  let server: Server;
  before(async () => {
    const report = new Report(join(folder, "requests.jsonl"));
    const of = { identity: new Identity(folder), project: projectOf("fleet-rehearsal"), emailOf, report };
    server = createServer(metadataAnswerer(of)).listen(0, "127.0.0.1");
    await once(server, "listening");
  });
  after(() => {
    server.close();
    rmSync(folder, { recursive: true });
  });

  const flavor = { "metadata-flavor": "Google" };
  const host = metadataHost("known");
  for (const [what, headers, status] of [
    ["tells a container who it is", { host, ...flavor }, 200],
    ["tells nothing to who names no flavor, as a page cannot", { host }, 403],
    ["tells nothing to a stranger", { host: metadataHost("guess"), ...flavor }, 403],
    ["tells nothing that a proxy would pass on", { host, ...flavor, "x-forwarded-for": "10.0.0.1" }, 403],
    ["tells nothing to another site's page", { host, ...flavor, origin: "https://attacker.example" }, 403],
  ] as const satisfies [string, OutgoingHttpHeaders, number][])
    it(what, async () => {
      const { port } = server.address() as AddressInfo;
      const path = "/computeMetadata/v1/instance/service-accounts/default/email";
      const asked = request({ host: "127.0.0.1", port, path, headers }).end();
      const [answer] = (await once(asked, "response")) as [{ statusCode: number; resume: () => void }];
      answer.resume();
      expect(answer.statusCode).to.equal(status);
    });
});
