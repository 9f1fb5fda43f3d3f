import { expect } from "chai";
import Docker from "dockerode";
import { Drill, migrationsOf, NAMES } from "./drill";

/** A migration that fails after the newest one of usuarios. */
const brokenMigration = (last: string): string => `from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("usuarios", "${last}")]
    operations = [migrations.RunSQL("SELECT * FROM no_such_table")]
`;

/** Booking, applied to the rehearsed cloud by the real program, engine and plugin. */
describe("prod of booking on the rehearsed cloud", function () {
  const drill = new Drill("drill", 32540);
  const docker = new Docker();

  before(() => drill.open());
  after(() => drill.remove());

  const clean = (): void => {
    const { violations, unanswered, ownViolations } = drill.cloud.rehearsal.report.summary();
    expect({ violations, unanswered, ownViolations }).to.deep.equal({
      violations: [],
      unanswered: [],
      ownViolations: [],
    });
  };

  it("comes up, and the walk of dev passes: over the socket, with secrets that nobody else may read", async () => {
    await drill.mustUp();
    expect(await drill.walk()).to.deep.equal([]);
    for (const name of NAMES) {
      const { Config, HostConfig, Mounts } = await docker.getContainer(drill.container(name)).inspect();
      const [links, socket, ...more] = Mounts.map(({ Destination }) => Destination).sort();
      expect([links, more]).to.deep.equal(["/cloudsql", []]);
      expect(socket).to.match(/^\/run\/cloudsql\/[a-z-]+$/);
      expect(HostConfig).to.include({ Memory: 512 * 2 ** 20, NanoCpus: 1e9 });
      expect(Config.Env.some((line) => line.startsWith("DATABASE_PASSWORD="))).to.equal(true);
    }
    clean();
  });

  it("is left alone by a second update, after another commit and with a refresh too", async () => {
    drill.commit();
    for (const flags of [[], ["--refresh"]]) {
      const { changes, output } = await drill.mustUp(...flags);
      expect(Object.keys(changes), output).to.deep.equal(["unchanged"]);
    }
    clean();
  });

  it("rolls one revision of one service when its code changes, and no request fails", async () => {
    const before = NAMES.map((name) => drill.serving(name));
    drill.project.edit("services/reservas/config/urls.py", /^/, "# Changed.\n");
    const { asked, failed } = await drill.underLoad(() => drill.mustUp());
    expect(failed).to.deep.equal([]);
    expect(asked).to.be.greaterThan(50);
    const [usuarios, reservas] = NAMES.map((name) => drill.serving(name));
    expect(usuarios).to.equal(before[0]);
    expect(reservas).to.not.equal(before[1]);
    expect(drill.revisions("reservas")).to.have.length(2);
    expect(await drill.walk()).to.deep.equal([]);
  });

  it("keeps the old revision serving when a migration fails, on every try, and goes on once it is mended", async () => {
    const before = drill.serving("usuarios");
    const broken = `${migrationsOf("usuarios")}/9999_broken.py`;
    drill.project.write(broken, brokenMigration(drill.lastMigration("usuarios")));
    drill.project.track(broken);
    for (const attempt of [1, 2]) {
      const { code, output } = await drill.up();
      expect(code, `attempt ${attempt}`).to.not.equal(0);
      expect(output).to.match(/booking\/usuarios-migrate failed/);
      expect(drill.serving("usuarios")).to.equal(before);
      expect(await drill.walk()).to.deep.equal([]);
    }
    drill.project.delete(broken);
    await drill.mustUp();
    expect(await drill.walk()).to.deep.equal([]);
  });

  it("fails with Google's message when a probe asks for a path that is not there, and what served goes on", async () => {
    const before = drill.serving("reservas");
    drill.project.edit("infra/catalogue/recipes/django.ts", 'healthPath: "/', 'healthPath: "/nowhere/');
    const { code, output } = await drill.up();
    expect(code).to.not.equal(0);
    expect(output).to.match(
      /is not ready and cannot serve traffic\. The user-provided container failed the configured/,
    );
    expect(drill.serving("reservas")).to.equal(before);
    drill.project.restore();
    await drill.mustUp();
    expect(await drill.walk()).to.deep.equal([]);
  });

  it("takes a rotated password without a build and without a failed request", async () => {
    const images = drill.revisions("reservas").at(-1)?.containers?.[0]?.image;
    await drill.pulumi("config", "set", "--path", 'fleet:rotations["booking-reservas-database-password"]', "1");
    const { failed } = await drill.underLoad(() => drill.mustUp());
    expect(failed).to.deep.equal([]);
    expect(drill.revisions("reservas").at(-1)?.containers?.[0]?.image).to.equal(images);
    expect(await drill.walk()).to.deep.equal([]);
  });

  it("survives 429 and 503 wherever it writes", async () => {
    const { faults } = drill.cloud.rehearsal.cloud;
    for (const [at, status] of [
      ["run.projects.locations.services.patch", 503],
      ["run.projects.locations.services.patch", 429],
      ["run.projects.locations.services.get", 503],
      ["run.projects.locations.jobs.patch", 503],
      ["run.projects.locations.operations.get", 503],
    ] as const)
      faults.add({ kind: "error", at, times: 1, status });
    drill.project.edit("services/usuarios/config/urls.py", /^/, "# Changed.\n");
    await drill.mustUp();
    expect(faults.pending()).to.deep.equal([]);
    expect(await drill.walk()).to.deep.equal([]);
    clean();
  });

  it("breaks when any one grant is taken away", async () => {
    const { grants, store, operations } = drill.cloud.rehearsal.cloud;
    const unnoticed: string[] = [];
    const all = grants.all();
    // Two services, two migrations and the step that prepares the databases: the connector, secrets, one invoker.
    expect(all.map(({ role }) => role)).to.include.members([
      "roles/cloudsql.client",
      "roles/secretmanager.secretAccessor",
      "roles/run.invoker",
    ]);
    for (const { resource, role, member } of all) {
      const policy = grants.policyOf(resource);
      const bindings = (policy.bindings ?? []).map((binding) =>
        binding.role === role && binding.members?.includes(member)
          ? { ...binding, members: binding.members.filter((other) => other !== member) }
          : binding,
      );
      grants.setPolicy(resource, { ...policy, bindings });
      if (!(await isNoticed(member))) unnoticed.push(`${member} ${role} ${resource}`);
      const { etag: _, ...before } = policy;
      grants.setPolicy(resource, before);
    }
    expect(unnoticed).to.deep.equal([]);
    await operations.settled();
    expect(store.list("run.services")).to.have.length(2);
  });

  /** Starts everything anew that runs as the account, and walks. */
  const isNoticed = async (member: string): Promise<boolean> => {
    const runs = (template: { serviceAccount?: string }): boolean =>
      member === `serviceAccount:${template.serviceAccount}`;
    const tries: Promise<boolean>[] = [];
    for (const name of NAMES) {
      const { template, name: full } = drill.service(name);
      const labels = { ...(template["labels"] as object), try: `t${Date.now()}` };
      if (runs(template))
        tries.push(failsAt(`PATCH run/v2/${full}?updateMask=template`, { template: { ...template, labels } }));
    }
    for (const job of drill.cloud.rehearsal.cloud.store.list<any>("run.jobs"))
      if (runs(job.template.template)) tries.push(failsAt(`POST run/v2/${job.name}:run`, {}));
    const failed = await Promise.all(tries);
    return failed.includes(true) || (await drill.walk()).length > 0;
  };

  const failsAt = async (what: string, body: object): Promise<boolean> => {
    const operation = await drill.cloud.done("run/v2", await drill.cloud.must(what, body));
    return operation.error !== undefined;
  };

  it("leaves nothing when it is destroyed with its protections lifted", async () => {
    await drill.liftProtections();
    const { code, output } = await drill.pulumi("destroy", "--yes", "--skip-preview", "--non-interactive");
    expect(code, output).to.equal(0);
    const { store } = drill.cloud.rehearsal.cloud;
    for (const kind of ["run.services", "run.jobs", "sql.instances", "secretmanager.secrets", "iam.serviceAccounts"])
      expect(
        store.list<{ deleted?: boolean }>(kind).filter(({ deleted }) => !deleted),
        kind,
      ).to.deep.equal([]);
    const running = await docker.listContainers({
      all: true,
      filters: { name: [`rehearsal-test-${drill.cloud.port}-`] },
    });
    expect(running.map(({ Names }) => Names[0])).to.deep.equal([`/rehearsal-test-${drill.cloud.port}-registry`]);
  });
});
