import { expect } from "chai";
import type { Limits } from "../../../infra/catalogue/vocabulary";
import { cloudLimits, sizeProblems } from "../../../infra/plan/sizes";
import { tryPlan } from "../../../infra/plan/make-plan";
import { cloud, cloudPlan, everySystem, settings, specified, web, withServices } from "../example";

describe("the sizes of what runs in the cloud", () => {
  it("are whole CPUs of those that there are, and half a gibibyte at least", () => {
    const sizes: [Limits, number, number][] = [
      [{ cpu: 0.5, memory: "128Mi" }, 1, 512],
      [{ cpu: 1.5, memory: "1024Mi" }, 2, 1024],
      [{ cpu: 3, memory: "2048Mi" }, 4, 2048],
      [{ cpu: 8, memory: "4096Mi" }, 8, 4096],
    ];
    for (const [limits, cpus, mib] of sizes) expect(cloudLimits(limits)).to.deep.equal({ cpus, mib });
  });

  it("are those of every service that there is", () =>
    expect(sizeProblems(cloudPlan(specified, everySystem))).to.deep.equal([]));

  const told = (limits: Limits) =>
    tryPlan(withServices({ web: { ...web, after: [], limits } }), {
      ...{ ...settings, target: "gcp" },
      cloud: { ...cloud, network: "default" },
    }).problems.map(({ path, message, cure }) => `${path} ${message}; ${cure}`);

  it("are refused before anything is touched where memory and CPUs do not go together, with what does", () => {
    expect(told({ cpu: 1, memory: "6144Mi" })).to.deep.equal([
      "shop/web.limits.memory 6144Mi does not go with 1 CPU in the cloud; allowed: 512Mi to 4096Mi; write at most 4096Mi, or cpu: 2",
    ]);
    expect(told({ cpu: 4, memory: "1024Mi" })[0]).to.include("write at least 2048Mi, or fewer CPUs");
    expect(told({ cpu: 8, memory: "65536Mi" })[0]).to.match(/write at most 32768Mi$/);
    expect(told({ cpu: 2, memory: "8192Mi" })).to.deep.equal([]);
  });
});
