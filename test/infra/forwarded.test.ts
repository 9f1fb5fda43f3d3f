import { expect } from "chai";
import { LOOPBACK } from "../../infra/loopback";
import { cloud, makePlan, settings, specified } from "./example";

const forwardedHosts = ["busy-otter-{port}.app.github.dev", "localhost:{port}", "box.example:8443"];

const envOf = (id: string, change: Partial<typeof settings> = {}) =>
  makePlan(specified, { ...settings, ...change }).services.get(id)?.env ?? {};
const listIn = (value: unknown): string[] => (typeof value === "string" ? value.split(",") : []);
const hostsOf = (env: ReturnType<typeof envOf>): string[] => listIn(env["ALLOWED_HOSTS"]);

describe("M11: the names under which services are asked", () => {
  it("are this machine's own, also as a container has them, and the service's in its network", () => {
    for (const id of ["leads/web", "booking/usuarios", "meet/worker"])
      expect(hostsOf(envOf(id)), id).to.include.members([...LOOPBACK, "host.docker.internal"]);
    expect(hostsOf(envOf("booking/usuarios"))).to.include("usuarios");
    expect(envOf("leads/web")).to.not.have.property("CSRF_TRUSTED_ORIGINS");
  });

  it("are those of forwarded ports besides, each service's own, and their pages may send forms", () => {
    const env = envOf("leads/web", { forwardedHosts, portOffset: 100 });
    expect(hostsOf(env)).to.include.members(["localhost", "busy-otter-8186.app.github.dev", "box.example"]);
    expect(listIn(env["CSRF_TRUSTED_ORIGINS"])).to.include.members([
      "https://busy-otter-8186.app.github.dev",
      "https://localhost:8186",
      "https://box.example:8443",
    ]);
    expect(hostsOf(env)).to.have.lengthOf(new Set(hostsOf(env)).size);
  });

  it("are no pattern: a page that points a name of its own at loopback is refused", () => {
    for (const { env } of makePlan(specified, { ...settings, forwardedHosts }).services.values())
      for (const host of hostsOf(env)) expect(host).to.match(/^[a-z0-9[]/);
  });

  it("are in the cloud what they were", () => {
    const { services } = makePlan(specified, { ...settings, target: "gcp", systems: ["booking"], cloud });
    expect(services.get("booking/reservas")?.env).to.deep.include({ ALLOWED_HOSTS: ".run.app" });
  });
});
