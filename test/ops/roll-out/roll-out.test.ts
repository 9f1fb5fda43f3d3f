import { expect } from "chai";
import { LATEST, REVISION, type Release } from "../../../infra/plan/roll-out";
import { changesIn } from "../../../ops/roll-out/preview";
import { markdownOf, type RollOutReport } from "../../../ops/roll-out/report";
import { nextReleases } from "../../../ops/roll-out/releases";
import { targetOf } from "../../../ops/roll-out/rollback";
import { deployedOf } from "../../../ops/roll-out/run";
import { differsFrom, type Web } from "../../../ops/roll-out/stack";
import { trialsOf } from "../../../ops/roll-out/trials";

const at = "2026-11-29T00:00:00Z";
const SPLIT = [
  { type: LATEST, percent: 10, tag: "new-0a1b2c" },
  { type: REVISION, revision: "web-1", percent: 90, tag: "old-0a1b2c" },
];
const whole = (revision: string) => ({
  uri: "https://web",
  latestReadyRevision: `projects/p/locations/l/services/web/revisions/${revision}`,
  traffic: [{ type: LATEST, percent: 100 }],
  trafficStatuses: [{ type: LATEST, revision, percent: 100 }],
});
const split = {
  ...whole("web-2"),
  traffic: SPLIT,
  trafficStatuses: [
    { ...SPLIT[0], revision: "web-2", uri: "https://new-0a1b2c---web" },
    { ...SPLIT[1], uri: "https://old-0a1b2c---web" },
  ],
};
const web = (of: Parameters<typeof deployedOf>[0], id = "leads/web"): Web => ({
  ...{ id, name: "web", resource: "projects/p/locations/l/services/web", urn: "urn:web", healthPath: "/health/" },
  is: deployedOf(of),
});

describe("a service as Cloud Run has it", () => {
  it("has as its stable revision the one that serves or, while one is kept, that one", () => {
    expect(deployedOf(whole("web-1"))).to.include({ stable: "web-1", ready: "web-1" });
    expect(deployedOf(split)).to.include({ stable: "web-1", ready: "web-2" });
    const back = [{ type: REVISION, revision: "web-1", percent: 100 }];
    expect(deployedOf({ ...split, traffic: back, trafficStatuses: back })).to.include({
      stable: "web-1",
      ready: "web-2",
    });
  });

  it("is on trial where both of its revisions have their addresses", () => {
    const [trial, ...others] = trialsOf({
      webs: [web(split), web(whole("web-1"), "a/b")],
      ids: ["leads/web", "a/b"],
      run: "0a1b2c",
    });
    expect(others).to.deep.equal([]);
    expect(trial).to.deep.include({
      stable: "web-1",
      fresh: "web-2",
      at: { fresh: "https://new-0a1b2c---web", stable: "https://old-0a1b2c---web" },
    });
    // Another roll-out's tags are not ours.
    expect(trialsOf({ webs: [web(split)], ids: ["leads/web"], run: "ffffff" })).to.deep.equal([]);
  });

  it("differs from the state where something was cut off, and only there", () => {
    const state = (traffics: object[]) => ({
      pending: [],
      resources: [{ urn: "urn:web", type: "gcp:cloudrunv2/service:Service", outputs: { name: "web", traffics } }],
    });
    expect(differsFrom(state([{ type: LATEST, percent: 100, revision: "", tag: "" }]), [web(whole("web-1"))])).to.equal(
      false,
    );
    expect(differsFrom(state(SPLIT.map((of) => ({ ...of, uri: "x" }))), [web(split)])).to.equal(false);
    expect(differsFrom(state([{ type: LATEST, percent: 100 }]), [web(split)])).to.equal(true);
  });
});

describe("what a preview says", () => {
  const of = (op: string, type: string, paths: string[]) => ({
    op,
    urn: `urn:pulumi:prod::fleet::fleet:gcp:System$gcp:cloudrunv2/${type}::${paths.join()}`,
    detailedDiff: Object.fromEntries(paths.map((path) => [path, {}])),
  });

  it("is which services get a new revision: those whose template changes", () => {
    const steps = [
      of("update", "service:Service", ["template.containers[0].image"]),
      of("update", "service:Service", ["description"]),
      of("create", "service:Service", ["template"]),
      of("same", "service:Service", ["template"]),
      of("update", "workerPool:WorkerPool", ["template.containers[0].image"]),
      of("update", "job:Job", ["template.template.containers[0].image"]),
    ];
    const { changed, pools, counts } = changesIn(steps);
    expect(changed.map((urn) => urn.split("::").pop())).to.deep.equal(["template.containers[0].image"]);
    expect(pools).to.have.lengthOf(1);
    expect(counts).to.deep.equal({ update: 4, create: 1 });
  });

  it("tells a scheduled job by what calls it, from one that an update runs", () => {
    const at = (type: string, name: string): string => `urn:pulumi:prod::fleet::a$gcp:${type}::${name}`;
    const steps = [
      { op: "update", urn: at("cloudrunv2/job:Job", "leads-migrate") },
      { op: "update", urn: at("cloudrunv2/job:Job", "leads-clear-sessions") },
      { op: "same", urn: at("cloudscheduler/job:Job", "leads-clear-sessions-schedule") },
    ];
    expect(changesIn(steps).scheduled).to.deep.equal([at("cloudrunv2/job:Job", "leads-clear-sessions")]);
  });

  it("takes a change of which nothing is said for one", () => {
    expect(changesIn([{ op: "update", urn: "urn:x$gcp:cloudrunv2/service:Service::web" }]).changed).to.have.lengthOf(1);
  });
});

describe("the releases of a stack", () => {
  const release = (revision: string, commit?: string): Release => ({
    at,
    ...(commit && { commit }),
    revisions: { "leads/web": revision },
  });
  const next = (known: Release[], before: string, after: string): unknown =>
    nextReleases({ known, before: [web(whole(before))], after: [web(whole(after))], commit: "c2", at }).map(
      ({ revisions }) => revisions["leads/web"],
    );

  it("begin with what served before the first roll-out", () => {
    expect(next([], "web-1", "web-2")).to.deep.equal(["web-1", "web-2"]);
    expect(nextReleases({ known: [], before: [], after: [web(whole("web-1"))], commit: "c", at })).to.have.lengthOf(1);
  });

  it("go on from the one that served, whatever was rolled out since and taken back", () => {
    expect(next([release("web-1"), release("web-2")], "web-2", "web-3")).to.deep.equal(["web-1", "web-2", "web-3"]);
    expect(next([release("web-1"), release("web-2")], "web-1", "web-3")).to.deep.equal(["web-1", "web-3"]);
  });

  it("have what a plain update brought meanwhile, and the same once only", () => {
    expect(next([release("web-1")], "web-2", "web-3")).to.deep.equal(["web-1", "web-2", "web-3"]);
    expect(next([release("web-1")], "web-1", "web-1")).to.deep.equal(["web-1"]);
  });

  it("are ten at most", () => {
    const known = Array.from({ length: 10 }, (_, index) => release(`web-${index}`));
    expect(next(known, "web-9", "web-10")).to.have.lengthOf(10);
  });

  const back = (webs: Web[], releases: Release[]) => targetOf({ stack: "prod", webs, releases });

  it("are where a rollback goes: to the one before what serves, the last one after a plain update, before a trial", () => {
    const releases = [release("web-1", "c1"), release("web-2", "c2")];
    expect(back([web(whole("web-2"))], releases)).to.deep.include({ commit: "c1", isTrial: false });
    expect(back([web(whole("web-7"))], releases)).to.deep.include({ commit: "c2" });
    expect(back([web(split)], releases)).to.deep.equal({ revisions: { "leads/web": "web-1" }, isTrial: true });
  });

  it("have an end, which is said", () => {
    expect(() => back([web(whole("web-1"))], [release("web-1")])).to.throw(/no release before the one that serves/);
    expect(() => back([web(whole("web-1"))], [])).to.throw(/no release before the one that serves/);
  });
});

describe("the report of a roll-out", () => {
  it("lets no text of others out of its code", () => {
    const report: RollOutReport = {
      ...{ stack: "prod", run: "0a1b2c", commit: "c0ffee00", isClean: true, outcome: "taken back" },
      ...{ why: ["x` | **bold**\n# title"], services: [], unjudged: [], steps: [], seconds: 3 },
    };
    expect(markdownOf(report)).to.include("- `x' | **bold** # title`");
  });
});
