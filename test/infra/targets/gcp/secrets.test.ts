import { expect } from "chai";
import { one, type Asked } from "../../../inventory";
import { ACCESSOR, askedOfGoogle, envOf, JOB, ofType, SECRET_VERSION, SERVICE, SQL_USER } from "../cloud";

describe("secrets in Secret Manager", () => {
  let prod: Asked[];
  before(async () => {
    prod = await askedOfGoogle();
  });

  it("gives secrets as pinned versions, each readable by those who need it alone", () => {
    const env = envOf(one(prod, "booking-reservas", SERVICE));
    expect(env["DATABASE_PASSWORD"]?.valueSource?.secretKeyRef).to.deep.equal({
      secret: "prod-booking-reservas-database-password",
      version: "7",
    });
    for (const name of ["DATABASE_USER", "SECRET_KEY"])
      expect(env[name]?.valueSource?.secretKeyRef.version, name).to.equal("7");
    expect(ofType(prod, ACCESSOR).map(({ inputs }) => inputs["role"])).to.satisfy((roles: string[]) =>
      roles.every((role) => role === "roles/secretmanager.secretAccessor"),
    );
    const readers = ofType(prod, ACCESSOR)
      .filter(({ inputs }) => inputs["secretId"] === "prod-booking-reservas-database-password")
      .map(({ inputs }) => inputs["member"]);
    const accounts = ["reservas", "reservas-migrate", "reservas-clear-sessions"].map(
      (name) =>
        `serviceAccount:${one(prod, `booking-${name}-account`).inputs["accountId"]}@acme-shop.iam.gserviceaccount.com`,
    );
    expect(readers).to.have.members(accounts);
  });

  it("keeps every secret value out of plain inputs", () => {
    for (const { inputs, name } of ofType(prod, SECRET_VERSION))
      expect(inputs["secretData"], name).to.have.property("secret");
    for (const { inputs, name } of ofType(prod, SQL_USER)) expect(inputs["password"], name).to.have.property("secret");
    for (const { inputs, name, type } of [...ofType(prod, SERVICE), ...ofType(prod, JOB)])
      expect(JSON.stringify(inputs), `${type} ${name}`).to.not.include("random of");
  });
});

describe("a rotation", () => {
  const secret = "booking-reservas-database-password";
  const usersAt = async (rotation: number, rekeyed: Record<string, number> = {}) => {
    const asked = await askedOfGoogle({ cloud: { rotations: { [secret]: rotation }, rekeyed } });
    const users = ofType(asked, SQL_USER).map(({ inputs }) => inputs["name"]);
    const values = Object.fromEntries(
      ofType(asked, SECRET_VERSION).map(({ name, inputs }) => [name, inputs["secretData"].secret]),
    );
    const keepers = (name: string) =>
      asked.find((r) => r.name === name && r.type.startsWith("random:"))?.inputs["keepers"];
    return { users, values, keepers };
  };

  it("lets two users take turns, so that the one in use keeps its password, and nobody the one before", async () => {
    const before = await usersAt(0);
    expect(before.users).to.not.include("reservas_b");
    const { users, values, keepers } = await usersAt(1);
    expect(users).to.include.members(["reservas", "reservas_b"]);
    expect(values["booking-reservas-database-user"]).to.equal("reservas_b");
    expect(values[secret]).to.equal(`random of ${secret}-b`);
    expect([keepers(secret), keepers(`${secret}-b`)]).to.deep.equal([{ rotation: "0" }, { rotation: "1" }]);
    const finished = await usersAt(1, { [secret]: 1 });
    expect([finished.keepers(secret), finished.keepers(`${secret}-b`)]).to.deep.equal([
      { rotation: "at rest after 1" },
      { rotation: "1" },
    ]);
    expect(finished.values).to.deep.equal(values);
    const again = await usersAt(2, { [secret]: 1 });
    expect(again.values["booking-reservas-database-user"]).to.equal("reservas");
    expect([again.keepers(secret), again.keepers(`${secret}-b`)]).to.deep.equal([{ rotation: "2" }, { rotation: "1" }]);
  });
});
