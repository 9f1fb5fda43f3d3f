import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { PYTHON_IMAGE } from "../../infra/targets/base-image";
import { datastoreImage } from "../../infra/targets/local/images";
import { buildBaseImages } from "../../offline/index";
import { inFleet, readJson } from "../../ops/stack/files";
import { buildPostgis, buildService, Emulated, PREFIX } from "./arm64";
import { emulateArm64 } from "./emulation";
import { say } from "./series";

const POSTGRES = datastoreImage({ engine: "postgres", version: "15" });
const REDIS = datastoreImage({ engine: "redis", version: "7" });

/** Minutes that each step took on a machine of two cores, until it was measured on this one. */
const MINUTES = { bases: 12, postgis: 5, usuarios: 5, marketplace: 6, start: 8 };
type Step = keyof typeof MINUTES;
const STEPS = Object.keys(MINUTES) as Step[];
const MEASURED = inFleet("soak", "arm64.json");

/**
 * Row M2: images of a stack are built and started for linux/arm64, by programs of that machine (qemu-user), on Debian as
 * root. An image that is there is not made again: a run that was cut off goes on where it stopped.
 */
describe("M2: linux/arm64", function () {
  this.timeout(0);
  const emulated = new Emulated();
  const images = { postgis: "", usuarios: "", marketplace: "" };
  let forget = (): void => undefined;

  before(async () => {
    forget = emulateArm64();
    await emulated.begin();
  });
  after(async () => {
    await emulated.end();
    forget();
  });

  it("has stand-ins of the base images", () =>
    timed("bases", () =>
      buildBaseImages({
        ...{ prefix: PREFIX, images: [PYTHON_IMAGE, POSTGRES, REDIS], architecture: "arm64", report: say },
      }),
    ));

  it("builds PostGIS", () => timed("postgis", async () => void (images.postgis = await buildPostgis(POSTGRES))));

  for (const service of ["usuarios", "marketplace"] as const)
    it(`builds ${service}`, () =>
      timed(service, async () => {
        images[service] = await buildService(service);
      }));

  it("runs both, which migrate, answer and find stores near a point", () =>
    timed("start", async () => {
      await emulated.startPostgres({
        ...{ image: images.postgis, alias: "postgres" },
        databases: [
          { name: "usuarios", extensions: [] },
          { name: "marketplace", extensions: ["postgis"] },
        ],
      });
      await emulated.start({ image: PREFIX + REDIS, alias: "redis" });
      const usuarios = await emulated.start({ image: images.usuarios, alias: "usuarios", env: USUARIOS });
      await emulated.healthy(usuarios);
      const marketplace = await emulated.start({ image: images.marketplace, alias: "marketplace", env: MARKETPLACE });
      await emulated.healthy(marketplace);
      for (const container of [usuarios, marketplace])
        assert.equal(
          await emulated.succeeds(container, python("import platform; print(platform.machine())")),
          "aarch64",
        );
      assert.equal(await emulated.succeeds(marketplace, python(STORE_NEAR)), "201 200 [('Centro', 0.0)]");
      assert.equal(await emulated.succeeds(marketplace, python(GDAL)), "-11035457 2205934");
    }));
});

const timed = async (step: Step, work: () => Promise<void>): Promise<void> => {
  const known = { ...MINUTES, ...readJson<Partial<typeof MINUTES>>(MEASURED) };
  const left = STEPS.slice(STEPS.indexOf(step)).reduce((sum, each) => sum + known[each], 0);
  say(`step ${STEPS.indexOf(step) + 1} of ${STEPS.length}: ${step}; about ${Math.ceil(left)} min left`);
  const began = Date.now();
  await work();
  const minutes = (Date.now() - began) / 60_000;
  say(`${step} took ${minutes.toFixed(1)} min`);
  mkdirSync(path.dirname(MEASURED), { recursive: true });
  writeFileSync(MEASURED, JSON.stringify({ ...readJson<object>(MEASURED), [step]: minutes }));
};

const python = (program: string): { command: string[] } => ({ command: ["python", "-c", program] });

const COMMON = {
  ...{ ENVIRONMENT: "development", DEBUG: "true", SECRET_KEY: "only-for-a-trial", ALLOWED_HOSTS: "localhost" },
  GUNICORN_TIMEOUT: "300",
};
const USUARIOS = {
  ...COMMON,
  ...{ DATABASE_NAME: "usuarios", DATABASE_USER: "usuarios", DATABASE_PASSWORD: "usuarios" },
  ...{ DATABASE_HOST: "postgres", DATABASE_PORT: "5432" },
};
const MARKETPLACE = {
  ...COMMON,
  DATABASE_URL: "postgis://marketplace:marketplace@postgres:5432/marketplace",
  REDIS_URL: "redis://redis:6379/0",
  FLASH_PROMO_TOPIC_ARN: "arn:aws:sns:us-east-1:000000000000:flash-promos",
  ...{ AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" },
};

const STORE_NEAR = `
import json, urllib.request
api = "http://localhost:8000/api/v1/stores/"
store = {"nombre": "Centro", "direccion": "Madero 1", "lat": 19.4326, "lon": -99.1332}
made = urllib.request.Request(api, json.dumps(store).encode(), {"Content-Type": "application/json"})
made = urllib.request.urlopen(made)
near = urllib.request.urlopen(api + "near/?lat=19.4326&lon=-99.1332&radius_m=50")
found = json.load(near)
found = found["results"] if isinstance(found, dict) else found
print(made.status, near.status, [(each["nombre"], each["distance_m"]) for each in found])
`;

const GDAL = `
import django; django.setup()
from django.contrib.gis.geos import Point
point = Point(-99.1332, 19.4326, srid=4326)
point.transform(3857)
print(round(point.x), round(point.y))
`;
