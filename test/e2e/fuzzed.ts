import { expect } from "chai";
import type Docker from "dockerode";
import type { Service } from "../../ops/stack/health";
import { buildFuzzImage, fillTestData, fuzz, told } from "../soak/fuzz";
import type { Project } from "./project";

type Running = { project: Project; docker: Docker; services: () => Service[] };

/** The test of a whole stack that no request, however odd, gets an answer that the API's document does not have. */
export const fuzzed = ({ project, docker, services }: Running): void => {
  it("answers nothing that its documents do not have, and no 500, to a hundred odd requests of each API", async () => {
    await buildFuzzImage(docker);
    for (const { container } of services().filter(({ kind }) => kind === "web")) {
      const { Config } = await project.container(container);
      const port = Number(/^PORT=(\d+)$/m.exec(Config.Env.join("\n"))?.[1]);
      await fillTestData({ docker, container });
      const seed = Math.floor(Math.random() * 2 ** 31);
      const report = await fuzz({ docker, container, port, debug: true, seed, requests: 100, pages: 20 });
      expect(Object.keys(report.failures), `${container}, seed ${seed}\n${told(report)}`).to.deep.equal([]);
      expect(report.requests).to.be.at.least(120);
    }
  });
};
