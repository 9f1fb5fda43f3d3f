import { expect } from "chai";
import { eventually } from "../e2e/project";
import { PROJECT } from "./cloud";
import { LOCATION, rehearsedRun, RUN } from "./cloud-run";

/** Says who it is at its port, and says no once it has been told so. */
const WORKER = `
import http.server, os, signal, sys
well = True
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        global well
        if self.path == "/break": well = False
        self.send_response(200 if well else 503); self.end_headers()
    def log_message(self, *_): pass
print(os.environ["CLOUD_RUN_WORKER_POOL"], os.environ.get("PORT"), flush=True)
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
http.server.HTTPServer(("", 9000), Handler).serve_forever()
`;

/** Tries a Redis server: what it answers, or the reason. */
const ASK_REDIS = `
import os, socket, ssl, sys
try:
    plain = socket.create_connection((os.environ["HOST"], int(os.environ["REDIS_PORT"])), timeout=3)
    context = ssl.create_default_context(cadata=os.environ["CA"]); context.check_hostname = False
    # As on Google, the certificate has no Authority Key Identifier.
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    with context.wrap_socket(plain) as redis:
        for line in (os.environ.get("LOGIN", "PING"), "PING", "CONFIG GET dir"):
            redis.sendall((line + "\\r\\n").encode()); print(redis.recv(200).decode().strip())
except OSError as error: print(type(error).__name__)
`;

const REDIS = `redis/v1/${LOCATION}/instances`;
const NETWORK = { vpcAccess: { egress: "PRIVATE_RANGES_ONLY", networkInterfaces: [{ network: "default" }] } };

describe("rehearsed worker pools, and Redis in a VPC", () => {
  const { cloud, docker, image, deployed, refused, instances } = rehearsedRun(32150);
  const probe = { httpGet: { path: "/", port: 9000 }, periodSeconds: 1, failureThreshold: 2, timeoutSeconds: 1 };
  const pool = (program: string, manualInstanceCount = 2) => ({
    scaling: { manualInstanceCount },
    template: {
      containers: [{ image, command: ["python", "-c", program], startupProbe: probe, livenessProbe: probe }],
    },
  });
  const started = async (id: string) => (await docker.getContainer(id).inspect()).State.StartedAt;
  const containerOf = (instance: string): string => `rehearsal-test-${cloud.port}-run-${instance}`;

  it("run as many instances as they are asked for, probed at their port, and fewer when fewer are asked for", async () => {
    const { response } = await deployed(`POST ${RUN}/workerPools?workerPoolId=worker`, pool(WORKER));
    const revision = response.latestReadyRevision.split("/").pop();
    expect(response.terminalCondition.state).to.equal("CONDITION_SUCCEEDED");
    expect(response.instanceSplitStatuses).to.deep.equal([
      { type: "INSTANCE_SPLIT_ALLOCATION_TYPE_LATEST", revision, percent: 100 },
    ]);
    expect(await instances()).to.deep.equal([revision, `${revision}.1`]);
    const logs = await docker.getContainer(containerOf(revision)).logs({ stdout: true, stderr: true });
    expect(logs.toString()).to.include("worker None");
    const fewer = await deployed(`PATCH ${RUN}/workerPools/worker?updateMask=scaling`, pool(WORKER, 1));
    expect(fewer.response.latestReadyRevision.split("/").pop()).to.equal(revision);
    expect(await instances()).to.deep.equal([revision]);
  });

  it("keep what works when the next revision does not start", async () => {
    const before = await instances();
    const words = await refused(`PATCH ${RUN}/workerPools/worker`, pool("raise SystemExit('no settings')", 1));
    expect(words).to.match(/is not ready.*failed the configured startup probe checks[^]*no settings/);
    expect(await instances()).to.deep.equal(before);
    expect((await cloud.must(`GET ${RUN}/workerPools/worker`)).terminalCondition.reason).to.equal("REVISION_FAILED");
    await deployed(`PATCH ${RUN}/workerPools/worker`, pool(WORKER, 1));
  });

  it("start an instance anew that fails its liveness probe", async () => {
    const [instance = ""] = await instances();
    const before = await started(containerOf(instance));
    const { NetworkSettings } = await docker.getContainer(containerOf(instance)).inspect();
    await fetch(`http://127.0.0.1:${NetworkSettings.Ports["9000/tcp"]![0]!.HostPort}/break`);
    await eventually(
      () => started(containerOf(instance)),
      (now) => now !== before,
      20,
    );
  });

  it("leave nothing when they are deleted", async () => {
    await cloud.done("run/v2", await cloud.must(`DELETE ${RUN}/workerPools/worker`));
    expect(await instances()).to.deep.equal([]);
    expect((await cloud.ask(`GET ${RUN}/workerPools/worker`)).status).to.equal(404);
  });

  it("reach Redis with its password and certificate from its own network alone", async () => {
    cloud.enable("redis");
    const name = `projects/${PROJECT}/locations/europe-west1/instances/cache`;
    const asked = {
      ...{ name, tier: "BASIC", memorySizeGb: 1, redisVersion: "REDIS_7_0", authEnabled: true },
      transitEncryptionMode: "SERVER_AUTHENTICATION",
    };
    // Two at once need the network, which one of them makes.
    const both = await Promise.all([
      cloud.must(`POST ${REDIS}?instanceId=cache`, asked),
      cloud.must(`POST ${REDIS}?instanceId=other`, { ...asked, name: name.replace(/cache$/, "other") }),
    ]);
    for (const made of both) expect((await cloud.done("redis/v1", made)).error).to.equal(undefined);
    expect((await cloud.must(`GET ${REDIS}/other`)).host).to.not.equal((await cloud.must(`GET ${REDIS}/cache`)).host);
    const redis = await cloud.must(`GET ${REDIS}/cache`);
    expect(redis).to.include({ state: "READY", port: 6378 });
    expect(JSON.stringify(redis)).to.not.include((await cloud.must(`GET ${REDIS}/cache/authString`)).authString);
    const { authString } = await cloud.must(`GET ${REDIS}/cache/authString`);
    const job = async (id: string, { login, network }: { login: string; network: object }) => {
      const env = { HOST: redis.host, REDIS_PORT: "6378", CA: redis.serverCaCerts[0].cert, LOGIN: login };
      const container = {
        ...{ image, command: ["python", "-c", ASK_REDIS] },
        env: Object.entries(env).map(([variable, value]) => ({ name: variable, value })),
      };
      await deployed(`POST ${RUN}/jobs?jobId=${id}`, {
        template: { template: { containers: [container], ...network } },
      });
      const { response } = await deployed(`POST ${RUN}/jobs/${id}:run`, {});
      return cloud.logOf(response.name.split("/").pop());
    };
    expect(await job("inside", { login: `AUTH ${authString}`, network: NETWORK })).to.match(
      /^\+OK\s+\+PONG\s+-ERR unknown command/,
    );
    expect(await job("unknown", { login: "PING", network: NETWORK })).to.match(/^-NOAUTH/);
    expect(await job("outside", { login: `AUTH ${authString}`, network: {} })).to.match(/^(TimeoutError|OSError)/);
  });

  it("find Redis where it was after a restart of the server, until it is deleted", async () => {
    const { host } = await cloud.must(`GET ${REDIS}/cache`);
    await docker.getContainer(`rehearsal-test-${cloud.port}-redis-cache`).stop({ t: 5 });
    await cloud.close();
    await cloud.open();
    const { NetworkSettings } = await docker.getContainer(`rehearsal-test-${cloud.port}-redis-cache`).inspect();
    expect(Object.values(NetworkSettings.Networks).map(({ IPAddress }) => IPAddress)).to.deep.equal([host]);
    await cloud.done("redis/v1", await cloud.must(`DELETE ${REDIS}/cache`));
    expect((await cloud.ask(`GET ${REDIS}/cache`)).status).to.equal(404);
  });
});
