import assert from "node:assert/strict";
import { needs, succeeds } from "../base-image";
import { removeAll, start, type TestContainer } from "../container";

describe("the base images keep the official images' contract", function () {
  this.timeout(120_000);
  after(removeAll);

  describe("python:3.13-slim-trixie", () => {
    const image = "python:3.13-slim-trixie";
    needs(image);
    let python: TestContainer;

    before(async () => {
      python = await start({ image, command: ["sleep", "600"] });
    });

    it("has python 3.13 and pip on PATH, the headers, and no lock on its packages", async () => {
      assert.match(await succeeds(python, "python", "--version"), /^Python 3\.13\./);
      assert.equal(await succeeds(python, "sh", "-c", "command -v python"), "/usr/local/bin/python");
      const header =
        "import pathlib, sysconfig; print(pathlib.Path(sysconfig.get_path('include'), 'Python.h').exists())";
      assert.equal(await succeeds(python, "python", "-c", header), "True");
      await succeeds(python, "pip", "install", "-q", "--root-user-action=ignore", "sqlparse==0.5.4");
    });

    it("makes virtual environments", async () => {
      await succeeds(python, "python", "-m", "venv", "/tmp/venv");
      assert.match(await succeeds(python, "/tmp/venv/bin/pip", "--version"), /python 3\.13/);
    });

    it("installs Debian packages", async () => {
      await succeeds(python, "sh", "-c", "apt-get update -qq && apt-get install -y -qq --no-install-recommends libpq5");
    });
  });
});
