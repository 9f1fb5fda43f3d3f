import { expect } from "chai";
import fc from "fast-check";
import { blocksOf, CHECK, HOSTILE, post, REVIEW, rowsOf, type Run } from "./posted";

const made = `review: pr-12 of leads, booking
address: leads/web https://pr-12-leads-web-abc123-ew.a.run.app
address: booking/reservas https://pr-12-booking-reservas-1234567890.europe-west1.run.app
cost a day: 1.23 USD at most, of which 0.40 always
open: ./fleet review open 12
`;
const preview = { "preview/preview.txt": "+ 40 to create\n" };
const ended = { id: REVIEW, conclusion: "success" };
const review = (text: string) => ({ [REVIEW]: { "review/review.txt": text } });
const reviewed = (text: string) => post({ artifacts: review(text), checks: [], reviews: [{ id: REVIEW }], ended });

/** The rows of the review alone. */
const reviewOf = (body: string): string[] => rowsOf(body).filter((row) => /eview|Addresses/.test(row));

const ADDRESSES = "Addresses, opened by `./fleet review open 12`";
const rows = [
  "| Review | pr-12 of leads, booking |",
  `| ${ADDRESSES} | leads/web https://pr-12-leads-web-abc123-ew.a.run.app, booking/reservas https://pr-12-booking-reservas-1234567890.europe-west1.run.app |`,
  "| Cost of the review a day | 1.23 USD at most, of which 0.40 always |",
];

describe("the review in the comment on a pull request", () => {
  for (const [first, id] of [
    ["the check", REVIEW],
    ["the review", CHECK],
  ] as const)
    it(`is told beside the check, where ${first} has ended first`, () => {
      const { status, stderr, body, calls } = post({
        artifacts: { [CHECK]: preview, ...review(made) },
        // GitHub may not know yet that the run has ended which it tells of.
        checks: [id === CHECK ? { id, status: "in_progress", conclusion: "" } : { id: CHECK }],
        reviews: [id === REVIEW ? { id, status: "in_progress", conclusion: "" } : { id: REVIEW }],
        ended: { id, conclusion: "success" },
      });
      expect(status, stderr).to.equal(0);
      expect(rowsOf(body)).to.deep.equal([
        "| Checks | success |",
        "| All of prod, from empty | + 40 to create |",
        ...rows,
      ]);
      expect(body).to.include("<summary>All of prod, from empty</summary>").and.include("/7)");
      expect(calls).to.include("repos/shop/fleet/actions/workflows/review.yml/runs -f event=pull_request");
      expect(calls).to.include("-f head_sha=1a2b3c4d");
    });

  it("is told while the check is at work, and where there is none", () => {
    const running = post({
      artifacts: review(made),
      checks: [{ id: CHECK, status: "in_progress", conclusion: "" }],
      ...{ reviews: [{ id: REVIEW }], ended },
    });
    expect(rowsOf(running.body)).to.deep.equal(["| Checks | running |", ...rows]);
    expect(running.calls).to.not.include(`run download ${CHECK}`);
    expect(rowsOf(reviewed(made).body)).to.deep.equal(["| Checks | not started |", ...rows]);
  });

  for (const [what, run, open, closed] of [
    ["is at work", { status: "in_progress", conclusion: "" }, "is still being made", "is still being removed"],
    ["waits", { status: "pending", conclusion: "" }, "is still being made", "is still being removed"],
    ["failed", { conclusion: "failure" }, "could not be made", "could not be removed"],
    ["took too long", { conclusion: "timed_out" }, "could not be made", "could not be removed"],
  ] as const)
    it(`says so where its run ${what}`, () => {
      const reviews: Run[] = [{ id: REVIEW, ...run }];
      for (const [state, said] of [
        ["open", open],
        ["closed", closed],
      ]) {
        const pulls = [`${state}\t12\tshop/fleet`];
        const { body, status, stderr } = post({ artifacts: { [CHECK]: preview, ...review(made) }, reviews, pulls });
        expect(status, stderr).to.equal(0);
        expect(reviewOf(body)).to.deep.equal([`| Review | pr-12 ${said} ([run](https://example.test/9)) |`]);
        expect(body).to.not.include("run.app");
      }
    });

  it("is not told of where reviews are not set up, or none was asked for", () => {
    for (const reviews of [[], [{ id: REVIEW, conclusion: "skipped" }]])
      expect(reviewOf(post({ artifacts: { [CHECK]: preview }, reviews }).body)).to.deep.equal([]);
  });

  it("is of the newest run: what was made before a close is not shown", () => {
    const { body } = post({
      artifacts: { 8: { "review/review.txt": made }, ...review("review: pr-12 is gone\n") },
      reviews: [{ id: REVIEW }, { id: 8 }],
      pulls: ["closed\t12\tshop/fleet"],
      ended,
    });
    expect(reviewOf(body)).to.deep.equal(["| Review | pr-12 is gone |"]);
  });

  it("says that it is gone in the comment that is there, and makes none for a closed pull request", () => {
    const gone = { artifacts: review("review: pr-12 is gone\n"), reviews: [{ id: REVIEW }], ended };
    const pulls = ["closed\t12\tshop/fleet", "closed\t4\tshop/fleet"];
    expect(post({ ...gone, pulls, oldComment: "99\n" }).calls).to.include("PATCH repos/shop/fleet/issues/comments/99");
    const { calls, status, stderr } = post({ ...gone, pulls });
    expect(status, stderr).to.equal(0);
    expect(calls)
      .to.include("issues/12/comments")
      .and.to.not.match(/POST|PATCH/);
  });

  it("is posted to the open pull request at the commit, not to a closed one or another repository's", () => {
    const pulls = ["closed\t13\tshop/fleet", "open\t11\tshop/fork", "open\t12\tshop/fleet"];
    const { calls } = post({ artifacts: review(made), reviews: [{ id: REVIEW }], pulls, ended });
    expect(calls).to.include("--method POST repos/shop/fleet/issues/12/comments");
  });

  it("says that none is needed where the branch changes nothing of it, in words of its own", () => {
    for (const base of ["origin/main", "https://evil.test | @all"])
      expect(reviewOf(reviewed(`no review: nothing that reviews run differs from ${base}\n`).body)).to.deep.equal([
        "| Review | none is needed: nothing that reviews run differs from the base |",
      ]);
  });

  it("says that its run left nothing", () => {
    const { body, status, stderr } = post({ artifacts: { [CHECK]: preview }, reviews: [{ id: REVIEW }] });
    expect(status, stderr).to.equal(0);
    expect(reviewOf(body)).to.deep.equal(["| Review | not told |"]);
  });
});

describe("a review that somebody made up", () => {
  it("is not told where a line is another than ours", () => {
    const lines = [
      "review: pr-13 of leads",
      "review: pr-12 of leads ",
      "review: pr-12 of leads | @all",
      "review: pr-12 of [leads](https://x.test)",
      "review: pr-12 of leads,booking",
      "review: pr-12 of Leads",
      "review: pr-12 of leads\r",
      "review: pr-12 is gone for good",
      "a review: pr-12 of leads",
    ];
    const { body, status, stderr } = reviewed(`${lines.join("\n")}\n`);
    expect(status, stderr).to.equal(0);
    expect(reviewOf(body)).to.deep.equal(["| Review | not told |"]);
  });

  it("has addresses of Cloud Run alone", () => {
    const addresses = [
      "https://evil.test",
      "https://run.app",
      "https://.run.app",
      "https://evil.test/a.run.app",
      "https://evil.test#.run.app",
      "https://evil.test?.run.app",
      "https://a.run.app.evil.test",
      "https://a.run.app/path",
      "https://a.run.app:8080",
      "https://me@a.run.app",
      "https://a..run.app",
      "https://aXrun.app",
      "https://a.runXapp",
      "https://A.run.app",
      "http://a.run.app",
      "javascript:a.run.app",
      "https://a.run.app https://evil.test",
      `https://evil.test.${"a".repeat(200)}.run.app`,
    ];
    const lines = addresses.map((address) => `address: leads/web ${address}\n`).join("");
    const hostile = lines.replaceAll("leads/web", "@all") + lines.replaceAll("leads/web ", "leads/web");
    const { body } = reviewed(`review: pr-12 of leads\n${lines}${hostile}`);
    expect(reviewOf(body)[1]).to.equal(`| ${ADDRESSES} | not told |`);
  });

  it("has no cost but figures", () => {
    const costs = ["1.23 USD", "<b>1</b> USD at most, of which 0.40 always", "1.2 USD at most, of which 1 always"];
    const lines = costs.map((cost) => `cost a day: ${cost}\n`).join("");
    expect(reviewOf(reviewed(`review: pr-12 of leads\n${lines}`).body)[2]).to.equal(
      "| Cost of the review a day | not told |",
    );
  });

  it("stays in its rows, whatever it says", function () {
    this.timeout(60_000);
    const words = [
      "review: pr-12 of leads",
      "address: leads/web https://a.run.app",
      "cost a day: 1.00 USD",
      ", booking",
    ];
    const text = fc.array(fc.constantFrom(...HOSTILE.parts, ...words), { maxLength: 40 }).map((all) => all.join(""));
    const cell = `(not told|pr-12 of leads(, booking)*|(leads/web https://a\\.run\\.app(, )?)+)`;
    const table = new RegExp(`^\\| \\| \\|\\|---\\|---\\|(\\| [A-Z][\\w ,./]+ \\| (not started|${cell}) \\|)+$`);
    fc.assert(
      fc.property(fc.oneof(fc.constantFrom(...HOSTILE.texts), text), (said) => {
        const { body, status, stderr } = reviewed(said);
        expect(status, stderr).to.equal(0);
        const blocks = blocksOf(body);
        expect(blocks.map(({ type }) => type)).to.deep.equal(["html_block", "paragraph", "paragraph"]);
        expect(blocks[2]?.text).to.match(table);
      }),
      { numRuns: 20, examples: words.map((word) => [word] as [string]) },
    );
  });

  it("is not told without end", () => {
    const line = `address: ${"a".repeat(80)}/web https://${"b".repeat(80)}.run.app\n`;
    const { body } = reviewed(`review: pr-12 of leads${", a".repeat(40)}\n${line.repeat(5000)}`);
    expect(reviewOf(body)).to.have.lengthOf(3);
    expect(body.length).to.be.within(2000, 4000);
  });

  it("stays below GitHub's limit together with the check's longest", () => {
    const long = `${"x".repeat(100_000)}\n`;
    const line = `address: ${"a".repeat(80)}/web https://${"b".repeat(80)}.run.app\n`;
    const { body } = post({
      artifacts: {
        [CHECK]: {
          ...{ "preview/preview.txt": long, "changes/preview.txt": long, "preview/cost.txt": long },
          "change/report.txt": long,
        },
        ...review(`${made}${line.repeat(50)}`),
      },
      reviews: [{ id: REVIEW }],
    });
    expect(body).to.include("b".repeat(80));
    expect(body.length).to.be.within(60_000, 65_000);
  });

  it("is a fork's, by its check's artifacts, its own review.yml or the commit of our branch", () => {
    const repository = "else/fleet";
    const artifacts = {
      [CHECK]: { ...preview, "review/review.txt": made, "review.txt": made, "../review/review.txt": made },
      ...review(made),
    };
    const fork = post({ artifacts, repository, reviews: [{ id: REVIEW, repository }, { id: REVIEW }] });
    expect(fork.status, fork.stderr).to.equal(0);
    expect(rowsOf(fork.body)).to.deep.equal(["| Checks | success |", "| All of prod, from empty | + 40 to create |"]);
    expect(fork.calls).to.not.include("review.yml").and.to.not.include("--name review");
  });

  it("is a fork's run at the commit of our branch, or another branch's: ours has its own", () => {
    const others = [
      { id: 66, repository: "else/fleet" },
      { id: 67, branch: "other" },
    ];
    const theirs = { "preview/preview.txt": "+ 66 to create\n", "review/review.txt": made.replaceAll("leads", "evil") };
    const { body } = post({
      artifacts: { 66: theirs, 67: theirs, [CHECK]: preview, ...review(made) },
      checks: [...others, { id: CHECK }],
      reviews: [...others, { id: REVIEW }],
    });
    expect(rowsOf(body)).to.deep.equal([
      "| Checks | success |",
      "| All of prod, from empty | + 40 to create |",
      ...rows,
    ]);
    const alone = post({ artifacts: { 66: theirs, 67: theirs }, checks: others, reviews: others, ended: { ...ended } });
    expect(rowsOf(alone.body)).to.deep.equal(["| Checks | not started |"]);
  });

  it("is no artifact of our own branch's check either", () => {
    const { body } = post({ artifacts: { [CHECK]: { "review/review.txt": made } }, reviews: [{ id: REVIEW }] });
    expect(reviewOf(body)).to.deep.equal(["| Review | not told |"]);
  });
});
