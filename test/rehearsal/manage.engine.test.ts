import { expect } from "chai";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { runInCloud, type CloudRun, type Outcome } from "../../ops/django/manage/cloud";
import { connectGoogle } from "../../ops/django/manage/google";
import { endpointVariables } from "../../ops/rehearsal/endpoints";
import { printedBy } from "../../docker/printed";
import { accountToken } from "../../rehearsal/callers";
import { Grants, projectResource } from "../../rehearsal/grants";
import { Store } from "../../rehearsal/store";
import { eventually } from "../e2e/project";
import { PROJECT } from "./cloud";
import { ACCOUNT, rehearsedRun, RUN, SERVICES } from "./cloud-run";
import { makeImage } from "./made-image";

/** Says what it was given, as Django's would, and does what the tests want of a command. */
const MANAGE_PY = `
import hashlib, os, signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
print(*sys.argv[1:], os.environ.get("WORD"), flush=True)
password = os.environ.get("DJANGO_SUPERUSER_PASSWORD", "")
if password: print("password", hashlib.sha256(password.encode()).hexdigest(), flush=True)
if "wait" in sys.argv: time.sleep(60)
if "fail" in sys.argv: print('{"severity": "ERROR", "message": "it failed"}'); sys.exit(7)
`;

const PERSON = `operator@${PROJECT}.iam.gserviceaccount.com`;

/** The roles of docs/team.md for a management command. */
const roles = (): string[] => {
  const [, section = ""] =
    /## Who may run management commands([^]*?)\n## /.exec(readFileSync("docs/team.md", "utf8")) ?? [];
  return [...section.matchAll(/^- `([\w.]+)`/gm)].map(([, role]) => `roles/${role}`);
};

describe("a management command on the rehearsed Cloud Run", () => {
  const { cloud, docker, image, service, deployed, refused } = rehearsedRun(31500);
  const ready = image.replace("python:1", "django:1");

  before(async () => {
    const made = { file: "/manage.py", program: MANAGE_PY, change: "WORKDIR /" };
    await makeImage({ docker, token: cloud.token, image: ready, ...made });
    await deployed(
      `POST ${SERVICES}?serviceId=web`,
      service({ image: ready, env: [{ name: "WORD", value: "serves" }] }),
    );
    const broken = service({ image: image.replace("python:1", "nothing:1"), env: [{ name: "WORD", value: "broken" }] });
    await refused(`PATCH ${SERVICES}/web`, broken);
    await cloud.must(`POST iam/v1/projects/${PROJECT}/serviceAccounts`, { accountId: "operator" });
    const bindings = roles().map((role) => ({ role, members: [`serviceAccount:${PERSON}`] }));
    await cloud.must(`POST cloudresourcemanager/v1/projects/${PROJECT}:setIamPolicy`, { policy: { bindings } });
    cloud.rehearsal.report.empty();
  });

  type Ran = Outcome & { lines: string[]; told: string[] };

  const run = async (words: string[], of: { password?: string; isInterrupted?: true } = {}): Promise<Ran> => {
    const [lines, told]: [string[], string[]] = [[], []];
    const interrupt = new AbortController();
    const accessToken = accountToken({ token: cloud.token, account: PERSON });
    const manage: CloudRun = {
      google: connectGoogle({ accessToken, env: endpointVariables(cloud), pauseMs: 50 }),
      stack: "test",
      service: { system: "booking", name: "web", resource: SERVICES.replace("run/v2/", "") + "/web" },
      words,
      ...(of.password !== undefined && { password: of.password }),
      show: (line) => void lines.push(line),
      report: (line) => void told.push(line),
    };
    const ran = runInCloud(manage, interrupt);
    if (of.isInterrupted) await untilRuns().then(() => interrupt.abort());
    return { ...(await ran), lines, told };
  };

  /** The command's own words: from then on it hears SIGTERM. */
  const untilRuns = async (): Promise<void> => {
    const name = [`rehearsal-test-${cloud.port}-run-test-booking-web-manage`];
    await eventually(
      async () => {
        const [running] = await docker.listContainers({ filters: { name } });
        return running ? printedBy({ docker, container: running.Id }) : "";
      },
      (printed) => printed.includes("wait"),
    );
  };

  const left = async () => ({
    jobs: (await cloud.must(`GET ${RUN}/jobs`)).jobs ?? [],
    secrets: (await cloud.must(`GET secretmanager/v1/projects/${PROJECT}/secrets`)).secrets ?? [],
    containers: (
      await docker.listContainers({ all: true, filters: { name: [`rehearsal-test-${cloud.port}-run-test-`] } })
    ).length,
  });
  const nothing = { jobs: [], secrets: [], containers: 0 };

  it("runs with the image, account and environment of what serves, shows its log and leaves nothing", async () => {
    const { exitCode, who, lines } = await run(["check", "--deploy"]);
    expect({ exitCode, lines }).to.deep.equal({ exitCode: 0, lines: ["check --deploy serves"] });
    expect(who).to.match(/@/);
    const made = cloud.rehearsal.report.entries().find(({ method }) => method === "run.projects.locations.jobs.create");
    const actAs = `//iam.googleapis.com/projects/${PROJECT}/serviceAccounts/${ACCOUNT}`;
    expect(made?.demands?.map(({ resources }) => resources[0])).to.include(actAs);
    expect(await left()).to.deep.equal(nothing);
  });

  it("ends with the command's exit code", async () => {
    const { exitCode, lines, failure } = await run(["fail"]);
    expect({ exitCode, lines }).to.deep.equal({ exitCode: 7, lines: ["fail serves", "it failed"] });
    expect(failure).to.match(/The container exited with an error/);
    expect(await left()).to.deep.equal(nothing);
  });

  it("hands over a password that stands nowhere but in Secret Manager, and not there for long", async () => {
    const password = "t0ld-once-and-kept-nowhere";
    const { exitCode, lines } = await run(["createsuperuser", "--username", "ana"], { password });
    const hash = createHash("sha256").update(password).digest("hex");
    expect({ exitCode, lines }).to.deep.equal({
      exitCode: 0,
      lines: ["createsuperuser --username ana --noinput serves", `password ${hash}`],
    });
    expect(await left()).to.deep.equal(nothing);
    const written = filesBelow(cloud.folder).map((file) => readFileSync(file, "utf8"));
    for (const text of [password, Buffer.from(password).toString("base64")])
      expect(written.filter((content) => content.includes(text))).to.deep.equal([]);
  });

  it("is cancelled by Ctrl-C, and leaves nothing then either", async () => {
    const { exitCode, told } = await run(["wait"], { isInterrupted: true });
    expect({ exitCode, told }).to.deep.equal({ exitCode: 130, told: ["cancelling the run"] });
    expect(await left()).to.deep.equal(nothing);
  });

  it("takes away what a killed one left, and nothing else", async () => {
    const task = { template: { template: { containers: [{ image: ready, args: ["python", "manage.py", "check"] }] } } };
    const labels = { "fleet-stack": "test", "fleet-manage": "once" };
    await deployed(`POST ${RUN}/jobs?jobId=killed`, { labels, ...task });
    await deployed(`POST ${RUN}/jobs/killed:run`, {});
    for (const [id, of] of [
      ["other-stack", { ...labels, "fleet-stack": "other" }],
      ["migrate", { "fleet-stack": "test" }],
    ] as const) {
      await deployed(`POST ${RUN}/jobs?jobId=${id}`, { labels: of, ...task });
      await deployed(`POST ${RUN}/jobs/${id}:run`, {});
    }
    expect((await run(["check"])).exitCode).to.equal(0);
    const names = (await left()).jobs.map(({ name }: { name: string }) => name.split("/").pop());
    expect(names).to.deep.equal(["other-stack", "migrate"]);
  });

  it("needs every role of docs/team.md, and no other", () => {
    const { denied, unanswered, ownViolations } = cloud.rehearsal.report.summary();
    expect({ denied, unanswered, ownViolations }).to.deep.equal({ denied: [], unanswered: [], ownViolations: [] });
    const demands = cloud.rehearsal.report.entries().flatMap((entry) => entry.demands ?? []);
    const grants = new Grants(new Store(undefined));
    const member = `serviceAccount:${PERSON}`;
    const refusedWithout = (without: string): string | undefined => {
      const bindings = roles()
        .filter((role) => role !== without)
        .map((role) => ({ role, members: [member] }));
      grants.setPolicy(projectResource(PROJECT), { bindings });
      return demands.find((demand) => !grants.allows({ ...demand, member }))?.permission;
    };
    expect(Object.fromEntries(roles().map((role) => [role, refusedWithout(role)]))).to.deep.equal({
      "roles/run.developer": "run.services.get",
      "roles/iam.serviceAccountUser": "iam.serviceAccounts.actAs",
      "roles/logging.viewer": "logging.logEntries.list",
      "roles/secretmanager.admin": "secretmanager.secrets.create",
    });
  });
});

const filesBelow = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) =>
        entry.isFile() ? [join(entry.parentPath, entry.name)] : [],
      )
    : [];
