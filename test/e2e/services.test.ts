import { expect } from "chai";
import { Project } from "./project";

/** The services' own tests, inside their development images, against the databases of a real stack. */
describe("the Django services' own tests", function () {
  const project = new Project("services", {
    portOffset: "23000",
    hotReload: "true",
    mariadb: "true",
    systems: "[callcenter, leads]",
  });
  before(async () => {
    await project.init();
    await project.mustUp();
  });
  after(() => project.remove());

  const pytest = async (container: string, folder: string): Promise<string> => {
    const command = `cd ${folder} && ENVIRONMENT=test DEBUG=False python -m pytest -q -p no:cacheprovider --color=no`;
    const { code, output } = await project.exec(container, "sh", "-c", command);
    expect(code, output.slice(-4000)).to.equal(0);
    return output;
  };

  for (const [name, container, folder] of [
    ["chassis", "callcenter_services_web", "/srv/chassis"],
    ["callcenter", "callcenter_services_web", "/srv/app"],
    ["leads", "leads_services_web", "/srv/app"],
  ] as const)
    it(`of ${name} pass`, async () => {
      const output = await pytest(container, folder);
      const passed = Number(/(\d+) passed/.exec(output)?.[1]);
      expect(passed, output.slice(-500)).to.be.greaterThan(30);
      expect(output).to.not.match(/skipped|xfailed/);
    });
});
