import { expect } from "chai";
import Docker from "dockerode";
import { isHeld, type Target } from "../../infra/plan/roll-out";
import type { RollOutReport } from "../../ops/roll-out/report";
import { rollOut } from "../../ops/roll-out/roll-out";
import { exportState } from "../../ops/rotation/pulumi";
import type { Session } from "../../ops/start/set-up";
import { releasesIn, trafficsIn } from "../../ops/stack/held";
import { ownStack } from "../../ops/stack/stack";
import { ACCOUNT, rehearsedRun, SERVICES } from "./cloud-run";
import { Program } from "./program";

/** Fails now and then or does not start, as it is told. */
const SERVER = `
import http.server, itertools, os, signal, sys
signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
fault, asked = os.environ["FAULT"], itertools.count()
if fault == "start": sys.exit("planted")
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        failed = fault == "errors" and next(asked) % 10 == 9
        self.send_response(500 if failed else 200); self.end_headers()
        self.wfile.write(fault.encode())
    def log_message(self, *_): pass
http.server.ThreadingHTTPServer(("", 8080), Handler).serve_forever()
`;

/** What the real program does with a step of a roll-out (test/infra/targets/gcp/roll-out.test.ts), for one service. */
const sourceWith = (fault: string, image: string): string => `
const { holds, releases } = JSON.parse(process.env.FLEET_ROLL_OUT || '{"holds":{}}');
const hold = holds["leads/web"];
const type = (of) => "TRAFFIC_TARGET_ALLOCATION_TYPE_" + of;
const web = new gcp.cloudrunv2.Service("web", {
  name: "web", location: "europe-west1", deletionProtection: false,
  template: { serviceAccount: "${ACCOUNT}", containers: [{
    image: "${image}", commands: ["python", "-c", ${JSON.stringify(SERVER)}], envs: [{ name: "FAULT", value: "${fault}" }],
    startupProbe: { httpGet: { path: "/" }, periodSeconds: 1, timeoutSeconds: 1, failureThreshold: 8 },
  }] },
  traffics: hold ? [
    { type: type("LATEST"), percent: hold.percent, tag: "new-" + hold.run },
    { type: type("REVISION"), revision: hold.stable, percent: 100 - hold.percent, tag: "old-" + hold.run },
  ] : [{ type: type("LATEST"), percent: 100 }],
});
class Releases extends pulumi.ComponentResource {
  constructor() { super("fleet:plan:Record", "releases", { releases }); this.registerOutputs({ releases }); }
}
if (releases) new Releases();
exports.services = [{ system: "leads", service: "web", kind: "web", container: "web", url: web.uri,
  healthUrl: pulumi.interpolate\`\${web.uri}/health/\` }];
`;

describe("a roll-out on the rehearsed cloud", function () {
  this.timeout(90_000);
  const { cloud, image } = rehearsedRun(33810);
  const program = new Program(cloud);
  let session: Session;

  before(async () => {
    cloud.enable("monitoring");
    await program.open(sourceWith("none", image));
    const { code, output } = await program.up();
    if (code !== 0) throw new Error(output);
    session = {
      ...program.cli,
      // The program's project is another than this checkout's.
      stack: { ...ownStack({ name: "test-roll-out", fleet: program.folder }), name: "organization/small/test" },
      docker: new Docker(),
      stackArgs: ["--stack", "organization/small/test", "--cwd", program.folder],
    };
  });
  after(() => program.remove());

  const deployed = (fault: string): Promise<RollOutReport> => {
    program.write(sourceWith(fault, image));
    const confirmed = () => Promise.resolve();
    // Another test of the same process is interrupted.
    return rollOut({ session, waitMs: 0, walks: false, atOnce: false, isInterrupted: () => false, confirmed });
  };
  /** What serves, by Google and by the state, which have to be of one mind. */
  const serving = async (): Promise<string> => {
    const { traffic, trafficStatuses } = (await cloud.must(`GET ${SERVICES}/web`)) as Record<string, Target[]>;
    const known = trafficsIn(exportState(session)).get("web") ?? [];
    const plain = (targets: readonly Partial<Target>[]) => targets.map(({ type, percent }) => [type, percent ?? 0]);
    expect(plain(known)).to.deep.equal(plain(traffic ?? []));
    const revisions = (trafficStatuses ?? []).filter(({ percent }) => percent > 0).map(({ revision }) => revision);
    expect(revisions).to.have.lengthOf(1);
    return `${revisions[0]}${isHeld(traffic ?? []) ? ", held" : ""}`;
  };

  it("takes a good change to all of the traffic, and records the release before it and its own", async () => {
    const { outcome, services, steps } = await deployed("a good one");
    expect({ outcome, shares: steps.map(({ percent }) => percent) }).to.deep.equal({
      outcome: "rolled out",
      shares: [10, 50, 100],
    });
    const [{ from, to }] = services as [RollOutReport["services"][number]];
    expect(await serving()).to.equal(to);
    expect(releasesIn(exportState(session)).map(({ revisions }) => revisions)).to.deep.equal([
      { "leads/web": from },
      { "leads/web": to },
    ]);
  });

  it("takes a change back of which one of ten requests fails, and the revision of before serves", async () => {
    const before = await serving();
    const { outcome, why } = await deployed("errors");
    expect(outcome, why.join()).to.equal("taken back");
    expect(why.join()).to.match(/^worse at 10 %,leads\/web: \d+ of \d+ of its requests failed, 0 of \d+ of the old/);
    expect(await serving()).to.equal(`${before}, held`);
  });

  it("leaves what serves where a change does not start", async () => {
    const before = await serving();
    const { outcome, why } = await deployed("start");
    expect(outcome).to.equal("not begun");
    expect(why.join()).to.match(/the update failed, and what served before still does/);
    expect((await cloud.must(`GET ${SERVICES}/web`)).trafficStatuses[0].revision).to.equal(
      before.replace(", held", ""),
    );
  });
});
