import { expect } from "chai";
import type { Service, System } from "../../../../infra/catalogue/vocabulary";
import type { Backups } from "../../../../infra/targets/gcp/backups";
import type { Guard, JobRunner } from "../../../../infra/targets/gcp/google";
import type { CloudSettings } from "../../../../infra/settings/cloud";
import { failing, one, type Asked } from "../../../inventory";
import { everySystem, specified } from "../../example";
import { askedOfGoogle, containerOf, envOf, JOB, ofType, recordingRunner, SERVICE } from "../cloud";

describe("the jobs of the target gcp", () => {
  it("separates the databases before anything migrates, and migrates before anything serves", async () => {
    const { runner, runs } = recordingRunner();
    const asked = await askedOfGoogle({ runner });
    const order = asked.map(({ type, name }) => `${type} ${name}`);
    const position = (type: string, name: string): number => order.indexOf(`${type} ${name}`);
    expect(runs.map(({ job }) => job)).to.have.members([
      "postgres-prepare-id",
      "booking-usuarios-migrate-id",
      "booking-reservas-migrate-id",
    ]);
    expect(position(JOB, "postgres-prepare")).to.be.lessThan(position(JOB, "booking-reservas-migrate"));
    expect(position(JOB, "booking-reservas-migrate")).to.be.lessThan(position(SERVICE, "booking-reservas"));
    const databases = JSON.parse(envOf(one(asked, "postgres-prepare", JOB))["PREPARE_DATABASES"]?.value ?? "");
    expect(databases).to.deep.equal([
      { database: "reservas", owner: "reservas_owner", users: ["reservas"], extensions: [] },
      { database: "usuarios", owner: "usuarios_owner", users: ["usuarios"], extensions: [] },
    ]);
  });
});

describe("a job that migrates", () => {
  const migrates = "booking-reservas-migrate";
  const guards = async (catalogue = specified) => {
    const found = new Map<string, Guard | undefined>();
    const taken: string[] = [];
    const run: JobRunner["run"] = async ({ job, guard }) => {
      found.set(job.replace(/-id$/, ""), guard);
      await guard?.backUp();
      return undefined;
    };
    const backups: Backups = {
      take: ({ instance, description }) => Promise.resolve(void taken.push(`${instance} ${description}`)),
    };
    await askedOfGoogle({ runner: { run }, backups, catalogue });
    return { found, taken };
  };

  it("reviews first what it would do, with the database of its command, and backs up the servers that it uses", async () => {
    const { found, taken } = await guards();
    expect(found.get("postgres-prepare")).to.equal(undefined);
    const args = found.get(migrates)?.args ?? [];
    expect([args[0], args[1], args.slice(3)]).to.deep.equal([
      ...["python", "-c"],
      ["--", "python", "manage.py", "migrate", "--noinput"],
    ]);
    expect(taken).to.have.members([
      "prod-postgres before booking/reservas-migrate",
      "prod-postgres before booking/usuarios-migrate",
    ]);
  });

  it("cannot be reviewed where its command is another one", async () => {
    const { booking } = specified;
    const job: Service = { ...(booking.services["reservas-migrate"] as Service), command: ["./migrate.sh"] };
    const services = { ...booking.services, "reservas-migrate": job };
    const { found } = await guards({ ...specified, booking: { ...booking, services } });
    expect(found.get(migrates)?.args).to.equal(undefined);
    expect(found.get(migrates)).to.not.equal(undefined);
  });

  it("is not run where a backup has to come first of a database that is no instance of the stack", async () => {
    const { booking } = specified;
    const { env, ...job } = booking.services["reservas-migrate"] as Service;
    const own = Object.fromEntries(Object.entries(env ?? {}).filter(([name]) => !/^(DATABASE|CLOUD_SQL)/.test(name)));
    const services = { ...booking.services, "reservas-migrate": { ...job, env: own } };
    const { problem } = await failing(async () => {
      await guards({ ...specified, booking: { ...booking, services } });
      return [];
    });
    expect(problem).to.match(
      /booking\/reservas-migrate: a backup has to come first[^]*cure: back up[^]*execute prod-booking-reservas-migrate --project=acme-shop --region=europe-west1 /,
    );
  });
});

describe("a job of the target gcp", () => {
  const generationOf = (asked: readonly Asked[], job = "booking-reservas-migrate"): string =>
    one(asked, job, JOB).inputs["template"].labels["fleet-generation"];

  it("fails the update and leaves what depends on it alone, at every try", async () => {
    for (let attempt = 0; attempt < 2; attempt++) {
      const { runner } = recordingRunner({ "booking-reservas-migrate-id": "no such column" });
      const { asked, problem } = await failing(() => askedOfGoogle({ runner }));
      expect(problem).to.match(/booking\/reservas-migrate failed[^]*no such column[^]*cure:/);
      expect(ofType(asked, SERVICE).map(({ name }) => name)).to.deep.equal(["booking-usuarios"]);
    }
  });

  it("has the same generation whatever its memory is, and another on another server", async () => {
    const first = generationOf(await askedOfGoogle());
    const elsewhere = generationOf(await askedOfGoogle({ cloud: { sql: "perSystem" } }));
    const { booking } = specified;
    const job: Service = { ...(booking.services["reservas-migrate"] as Service), limits: { cpu: 2, memory: "2048Mi" } };
    const services = { ...booking.services, "reservas-migrate": job };
    const larger = await askedOfGoogle({ catalogue: { ...specified, booking: { ...booking, services } } });
    expect(containerOf(one(larger, "booking-reservas-migrate", JOB))["resources"].limits.memory).to.equal("2048Mi");
    expect(generationOf(larger)).to.equal(first);
    expect(elsewhere).to.not.equal(first);
  });

  it("has another generation where its messages go elsewhere, if it has any", async () => {
    const at = async (cloud: Partial<CloudSettings> = {}) => {
      const asked = await askedOfGoogle({ settings: everySystem, cloud });
      return { messaging: generationOf(asked, "marketplace-ensure-messaging"), migrate: generationOf(asked) };
    };
    const all = [
      await at(),
      await at({ messagingAccount: "210987654321" }),
      await at({ messagingEndpoint: "https://messaging.example.com" }),
    ];
    expect(new Set(all.map(({ messaging }) => messaging))).to.have.lengthOf(3);
    expect(new Set(all.map(({ migrate }) => migrate))).to.have.lengthOf(1);
  });

  it("has another generation for a database of another name, also where only a secret URL has it", async () => {
    const renamed = <S extends System>(system: S): S =>
      JSON.parse(JSON.stringify(system), (key, value) =>
        ["database", "name"].includes(key) && ["reservas", "marketplace"].includes(value) ? `new_${value}` : value,
      );
    const { booking, marketplace } = specified;
    const jobs = ["booking-reservas-migrate", "marketplace-migrate"];
    const before = await askedOfGoogle({ settings: everySystem });
    const after = await askedOfGoogle({
      settings: everySystem,
      catalogue: { ...specified, booking: renamed(booking), marketplace: renamed(marketplace) },
    });
    for (const job of jobs) expect(generationOf(after, job), job).to.not.equal(generationOf(before, job));
  });

  it("has the same generation after a rotation", async () => {
    const rotated = Object.fromEntries(
      ["booking-reservas-database-password", "booking-reservas-django-secret-key"].map((name) => [name, 1]),
    );
    const asked = await askedOfGoogle({ cloud: { rotations: rotated } });
    expect(generationOf(asked)).to.equal(generationOf(await askedOfGoogle()));
  });
});
