import { expect } from "chai";
import {
  LATEST,
  RELEASES,
  REVISION,
  ROLL_OUT_VARIABLE,
  trafficOf,
  type RollOut,
} from "../../../../infra/plan/roll-out";
import { RECORD_TYPE } from "../../../../infra/plan/published";
import { heldProblems, rollOutIn } from "../../../../infra/targets/gcp/roll-out";
import { ofName, type Asked } from "../../../inventory";
import { everySystem } from "../../example";
import { askedOfGoogle, JOB, ofType, POOL, SERVICE } from "../cloud";

const NAME = "prod-booking-reservas";
const hold = { stable: `${NAME}-00007-abc`, percent: 10, run: "0a1b2c" };
const rollOut: RollOut = { holds: { "booking/reservas": hold }, keepsPools: true };
const SPLIT = [
  { type: LATEST, percent: 10, tag: "new-0a1b2c" },
  { type: REVISION, revision: hold.stable, percent: 90, tag: "old-0a1b2c" },
];
const state = {
  reservas: { type: SERVICE, outputs: { name: NAME, traffics: SPLIT.map((of) => ({ ...of, uri: "" })) } },
};
const trafficsOf = (asked: readonly Asked[]): Record<string, unknown> =>
  Object.fromEntries(ofType(asked, SERVICE).map(({ name, inputs }) => [name, inputs["traffics"]]));
const WHOLE = [{ type: LATEST, percent: 100 }];

describe("a roll-out, by the program", () => {
  it("splits the traffic of the services on trial as it is asked to, and gives the newest of every other all", async () => {
    expect(trafficsOf(await askedOfGoogle({ rollOut }))).to.deep.equal({
      "booking-reservas": SPLIT,
      "booking-usuarios": WHOLE,
    });
  });

  it("ends where no service is held, whatever the state says", async () => {
    const asked = await askedOfGoogle({ rollOut: { holds: {}, keepsPools: false }, state });
    expect(trafficsOf(asked)["booking-reservas"]).to.deep.equal(WHOLE);
  });

  it("leaves worker pools as they are until it ends", async () => {
    const pools = async (of: RollOut): Promise<string[][]> =>
      ofType(await askedOfGoogle({ settings: everySystem, rollOut: of }), POOL).map(
        ({ options }) => options.ignoreChanges,
      );
    expect(await pools(rollOut)).to.deep.equal([["template"], ["template"], ["template"], ["template"]]);
    expect(await pools({ ...rollOut, keepsPools: false })).to.deep.equal([[], [], [], []]);
  });

  it("leaves scheduled jobs as they are too, and no other job", async () => {
    const jobs = ofType(await askedOfGoogle({ rollOut }), JOB);
    const kept = jobs.filter(({ options }) => options.ignoreChanges?.includes("template")).map(({ name }) => name);
    expect(kept).to.have.members(["booking-reservas-clear-sessions", "booking-usuarios-clear-sessions"]);
    const times = ofType(await askedOfGoogle({ rollOut }), "gcp:cloudscheduler/job:Job");
    expect(times.map(({ options }) => options.ignoreChanges)).to.deep.equal(Array(2).fill(["schedule", "timeZone"]));
  });

  it("records releases with the stack, and a plain update keeps them", async () => {
    const releases = [{ at: "2026-11-29T00:00:00Z", commit: "c0ffee", revisions: { "booking/reservas": hold.stable } }];
    const recorded = async (of: Parameters<typeof askedOfGoogle>[0]): Promise<unknown> =>
      ofName(await askedOfGoogle(of), RELEASES).map(({ inputs }) => inputs["releases"]);
    expect(await recorded({ rollOut: { holds: {}, keepsPools: false, releases } })).to.deep.equal([releases]);
    const known = {
      [`urn:pulumi:prod::fleet::${RECORD_TYPE}::${RELEASES}`]: { type: RECORD_TYPE, outputs: { releases } },
    };
    expect(await recorded({ state: known })).to.deep.equal([releases]);
    expect(await recorded({})).to.deep.equal([]);
  });
});

describe("a plain update beside a roll-out", () => {
  const problems = (of: { isPreview: boolean; rollOut?: RollOut; traffic?: typeof SPLIT }) =>
    heldProblems({
      stack: "prod",
      traffics: new Map([[NAME, of.traffic ?? SPLIT]]),
      rollOut: of.rollOut,
      isPreview: of.isPreview,
    });

  it("is refused while a revision of before is kept, with the ways on", () => {
    const [problem] = problems({ isPreview: false });
    expect(problem?.message).to.include(`kept for ${NAME}`);
    expect(problem?.cure).to.match(/\.\/fleet deploy prod .*\.\/fleet rollback prod.*--at-once/);
  });

  it("is refused also after it was taken back", () => {
    const traffic = [{ type: REVISION, revision: hold.stable, percent: 100 }] as typeof SPLIT;
    expect(problems({ isPreview: false, traffic })).to.have.lengthOf(1);
  });

  it("is let be where nothing is kept, and where ./fleet deploy asks", () => {
    expect(problems({ isPreview: false, traffic: WHOLE as typeof SPLIT })).to.deep.equal([]);
    expect(problems({ isPreview: false, rollOut })).to.deep.equal([]);
  });

  it("may be previewed, and shows the split as it is", async () => {
    expect(problems({ isPreview: true })).to.deep.equal([]);
    const kept = trafficsOf(await askedOfGoogle({ state, isPreview: true }));
    expect(kept["booking-reservas"]).to.deep.equal(SPLIT);
  });

  it("is refused with a variable that is no step of a roll-out", () => {
    for (const text of ["{", "{}", '{"holds":{"a":{"stable":"-","percent":10,"run":"0a1b2c"}},"keepsPools":true}'])
      expect(() => rollOutIn({ [ROLL_OUT_VARIABLE]: text }), text).to.throw(/unset FLEET_ROLL_OUT/);
    expect(rollOutIn({})).to.equal(undefined);
  });
});

describe("the traffic of a service on trial", () => {
  it("sums up to the whole at every step, and each revision has an address of its own", () => {
    for (const percent of [0, 10, 50, 100]) {
      const traffic = trafficOf({ ...hold, percent });
      expect(traffic.reduce((sum, target) => sum + target.percent, 0)).to.equal(100);
      expect(traffic.map(({ tag }) => tag)).to.deep.equal(["new-0a1b2c", "old-0a1b2c"]);
    }
  });
});
