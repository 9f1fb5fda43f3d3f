import { expect } from "chai";
import { existsSync, readFileSync } from "node:fs";
import { catalogue } from "../../../infra/catalogue";
import type { System, Web } from "../../../infra/catalogue/vocabulary";
import { DEFAULTS, secondsOf } from "../../../infra/plan/serving";

/**
 * An image has to run without the catalogue (a bare `docker run`), so what the catalogue says of a web service stands once
 * more in the service's pyproject.toml, and its defaults in services/chassis. This test ties them.
 */
const text = (file: string): string => readFileSync(file, "utf8");

/** The table [tool.chassis]: `name = value` a line. */
const ownFacts = (folder: string): Record<string, string> => {
  const file = `services/${folder}/pyproject.toml`;
  const table = existsSync(file) ? (/^\[tool\.chassis\]\n((?:(?!\[).*\n)*)/m.exec(text(file))?.[1] ?? "") : "";
  return Object.fromEntries(
    [...table.matchAll(/^([a-z-]+) = "?([^"#\n]*?)"?\s*(?:#.*)?$/gm)].map(([, name, value]) => [name, value]),
  );
};

const constantOf = (file: string, pattern: RegExp): string => {
  const found = pattern.exec(text(`services/chassis/chassis/${file}`))?.[1];
  if (found === undefined) throw new Error(`services/chassis/chassis/${file} does not match ${pattern}`);
  return found;
};

const usual = {
  port: constantOf("service.py", /^DEFAULT_PORT = (\d+)$/m),
  workers: constantOf("service.py", /^DEFAULT_WORKERS = (\d+)$/m),
  timeout: constantOf("service.py", /^DEFAULT_TIMEOUT = (\d+)$/m),
  "health-path": constantOf("service.py", /^DEFAULT_HEALTH_PATH = "(.+)"$/m),
};
const threads = constantOf("gunicorn_conf.py", /"GUNICORN_THREADS", default=(\d+)/);

const said = ({ port, healthPath, serving }: Web) => ({
  port: String(port),
  workers: String(serving.processes),
  timeout: String(secondsOf(serving.workerTimeout)),
  "health-path": healthPath,
});

const webs = Object.entries<System>(catalogue).flatMap(([system, { services }]) =>
  Object.entries(services).flatMap(([name, service]) =>
    service.kind === "web" ? [{ id: `${system}/${name}`, service }] : [],
  ),
);

describe("an image without the catalogue", () => {
  for (const { id, service } of webs)
    it(`serves as the catalogue says of ${id}`, () => {
      const { port, workers, timeout, "health-path": path } = { ...usual, ...ownFacts(service.image) };
      expect({ port, workers, timeout, "health-path": path }).to.deep.equal(said(service));
    });

  it("has the defaults that the plan supposes", () => {
    expect({ processes: Number(usual.workers), threads: Number(threads) }).to.deep.equal(DEFAULTS);
  });
});
