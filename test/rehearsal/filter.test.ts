import { expect } from "chai";
import { readFilter } from "../../rehearsal/filter";

const ITEM = {
  name: "projects/1/secrets/db-password",
  displayName: "Errors of Booking",
  createTime: "2026-11-28T10:00:00.123456Z",
  labels: { system: "booking", "run.googleapis.com/x": "y" },
  replication: { automatic: {} },
  count: "12",
  state: "ENABLED",
  tags: ["a", "b"],
};

const takes = (filter: string): boolean => readFilter(filter)(ITEM);

describe("a filter of a list", () => {
  for (const filter of [
    "",
    "name:db-password",
    'name:"db-password"',
    "labels.system=booking",
    "labels.system:*",
    "labels:system",
    'labels."run.googleapis.com/x"="y"',
    "replication:automatic",
    "create_time>=2026-11-28T10:00:00Z",
    'createTime<"2026-11-28T10:00:01Z"',
    "count>9",
    "tags=b",
    "state=ENABLED AND NOT labels.system=leads",
    "labels.system=leads OR labels.system=booking",
    "labels.system=(leads OR booking)",
    "-labels.system=leads state:ENABLED",
    "(state=DISABLED OR state=ENABLED) AND name:password",
    "state=DISABLED AND name:password OR state=ENABLED AND NOT (tags=c)".replace("state=DISABLED AND ", ""),
    "name=projects/*/secrets/db-*",
    'display_name=starts_with("Errors")',
    'displayName = monitoring.regex.full_match(".*Booking")',
    'displayName != starts_with("Warnings")',
    'state=one_of("ENABLED", "DISABLED")',
    'displayName=~"Bo+king"',
    "password",
    'severity>=WARNING OR state="ENABLED"',
  ])
    it(`takes what it says: ${filter}`, () => expect(takes(filter)).to.equal(true));

  for (const filter of [
    "name:leads",
    "labels.system=leads",
    "labels.other:*",
    "create_time<2026-11-28T10:00:00Z",
    "count>100",
    "NOT state=ENABLED",
    "state=ENABLED labels.system=leads",
    "constructor:*",
    "__proto__.x=1",
    "name=projects/*/secrets/other-*",
    "nowhere",
  ])
    it(`leaves out the others: ${filter}`, () => expect(takes(filter)).to.equal(false));

  for (const filter of [
    "(",
    "state=",
    "=ENABLED",
    "a AND",
    "OR b",
    "name:(a OR",
    'x = "open',
    "f(x",
    "name=nothing(1)",
    'name=monitoring.regex.full_match("(")',
    "(".repeat(5000),
  ])
    it(`is refused where it is none: ${filter.slice(0, 40)}`, () =>
      expect(() => readFilter(filter)).to.throw("nvalid"));

  it("may take small and capital letters for the same", () =>
    expect(readFilter("name:DB-Password", { ignoresCase: true })(ITEM)).to.equal(true));
});
