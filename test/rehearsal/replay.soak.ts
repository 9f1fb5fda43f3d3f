import { expect } from "chai";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { readRecord } from "../../ops/verification/record";
import { rehearsedRun } from "./cloud-run";
import { makeImage } from "./made-image";
import { replay } from "./replay";

const RECORDS = ".fleet/verification";

/** RECORD, or the newest record of this clone. */
const recordFile = (): string => {
  const { RECORD } = process.env;
  const newest = readdirSync(RECORDS)
    .filter((name) => name.startsWith("google-"))
    .sort()
    .pop();
  return RECORD ?? join(RECORDS, newest ?? "");
};

/** A job ends well, a service answers every probe. */
const STUB = `
import http.server, os, sys
if "CLOUD_RUN_JOB" in os.environ: sys.exit()
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self): self.send_response(200); self.end_headers()
http.server.ThreadingHTTPServer(("", 8080), Handler).serve_forever()
`;

/** A record of `npm run verify:google`, asked of the rehearsed cloud; its images are stubs here. */
describe("a record of Google's answers to a whole prod", () => {
  const { cloud, docker, image } = rehearsedRun(31660);
  const stub = image.replace("python:1", "stub:1");

  before(() => {
    const made = { file: "/stub.py", program: STUB, change: 'ENTRYPOINT ["python", "/stub.py"]' };
    return makeImage({ docker, token: cloud.token, image: stub, ...made });
  });

  it("is answered by the rehearsal in the same shape", async () => {
    const record = readRecord(recordFile());
    expect(record.length).to.be.above(0);
    const images = new Set(JSON.stringify(record).match(/[^"]+@sha256:[0-9a-f]{64}/g));
    const instead = Object.fromEntries([...images].map((name) => [name, stub]));
    expect(await replay({ cloud, record, instead })).to.deep.equal([]);
  });
});
