import { expect } from "chai";
import { reviewedFirst, reviewOf } from "../../../infra/targets/review-migrations";

describe("the command that reviews migrations", () => {
  it("asks the same Python, of the same database, and becomes the job's own command", () => {
    const command = ["python3.12", "src/manage.py", "migrate", "--noinput", "--database=archive"];
    const [python, flag, script = "", ...options] = reviewOf(command) ?? [];
    expect([python, flag, options]).to.deep.equal(["python3.12", "-c", ["--database=archive"]]);
    expect(reviewedFirst(command)?.slice(4)).to.deep.equal(["--", ...command]);
    // Linux takes 128 KiB in one argument; Google tells a limit of their number alone (2026-11-29).
    expect(Buffer.byteLength(script)).to.be.lessThan(30_000);
  });

  it("bears what says nothing of the migrations", () => {
    for (const option of ["--no-input", "--noinput", "--verbosity=2"])
      expect(reviewOf(["python", "manage.py", "migrate", option])?.slice(3), option).to.deep.equal([]);
  });

  it("is none where another command migrates", () => {
    for (const command of [
      [],
      ["./migrate.sh"],
      ["sh", "-c", "python manage.py migrate"],
      ["python", "manage.py", "setup"],
      // Some other migrations than those that are not applied yet, or another database.
      ...["leads 0002", "leads zero", "--database archive", "--fake", "--run-syncdb", "--database=a --database=b"].map(
        (options) => ["python", "manage.py", "migrate", "--noinput", ...options.split(" ")],
      ),
    ]) {
      expect(reviewOf(command), command.join(" ")).to.equal(undefined);
      expect(reviewedFirst(command), command.join(" ")).to.equal(undefined);
    }
  });
});
