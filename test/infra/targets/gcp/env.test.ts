import { expect } from "chai";
import { one, type Asked } from "../../../inventory";
import { everySystem } from "../../example";
import { askedOfGoogle, envOf, ofType, SECRET_VERSION, SERVICE } from "../cloud";

describe("the environment on Cloud Run", () => {
  let prod: Asked[];
  before(async () => {
    prod = await askedOfGoogle();
  });

  it("tells the services where things are", () => {
    const env = envOf(one(prod, "booking-reservas", SERVICE));
    expect(env["CLOUD_SQL_CONNECTION_NAME"]?.value).to.equal("acme-shop:europe-west1:prod-postgres");
    expect(env["USUARIOS_URL"]?.value).to.equal("https://prod-booking-usuarios.run.app");
    expect(env["USUARIOS_ID_TOKEN"]?.value).to.equal("True");
    expect(env["DEBUG"]?.value).to.equal("False");
    expect(env).to.not.have.property("PORT");
  });
});

describe("the environment of every system on Cloud Run", () => {
  let all: Asked[];
  before(async () => {
    all = await askedOfGoogle({ settings: everySystem, cloud: { redis: "shared", redisTls: false } });
  });

  it("keeps addresses with a password in Secret Manager, and apart by Redis database", () => {
    const urls = ofType(all, SECRET_VERSION)
      .filter(({ name }) => name.includes("-url"))
      .map(({ name, inputs }) => [name, inputs["secretData"].secret]);
    expect(Object.fromEntries(urls)).to.deep.include({
      "leads-redis-url-0": "redis://:redis-password@10.0.0.3:6379/0",
      "marketplace-redis-url-1": "redis://:redis-password@10.0.0.3:6379/5",
      "meet-redis-url-0": "redis://:redis-password@10.0.0.3:6379/8",
      "leads-postgres-url":
        "postgres://leads:random%20of%20leads-postgres-password@/leads?host=/cloudsql/acme-shop:europe-west1:prod-postgres",
      "callcenter-db-mariadb-url":
        "mysql://django_user:random%20of%20callcenter-db-mariadb-password@/callcenterdb_maria?unix_socket=/cloudsql/acme-shop:europe-west1:prod-callcenter-db-mariadb",
    });
  });
});
