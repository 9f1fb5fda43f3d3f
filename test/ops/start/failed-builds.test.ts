import { expect } from "chai";
import { failureIn } from "../../../ops/start/failed-builds";

/** As BuildKit writes it, plain (buildx 0.23). */
const BEFORE = `#0 building with "default" instance using docker driver

#5 [2/3] RUN make
#5 0.307 not this one
#5 ERROR: executor failed running [/bin/sh -c make]: exit code: 2
------
 > [2/3] RUN make:
0.307 not this one
------
`;
const FAILED = `#0 building with "default" instance using docker driver

#4 [1/3] FROM docker.io/library/debian
#4 DONE 0.0s

#6 [3/3] RUN echo why it failed >&2; exit 3
#5 [2/3] RUN sleep 1
#6 0.389 why it failed
#5 CANCELED
#6 ERROR: executor failed running [/bin/sh -c echo why it failed >&2; exit 3]: exit code: 3
------
 > [3/3] RUN echo why it failed >&2; exit 3:
0.389 why it failed
------
`;

describe("the log of a build (M28)", () => {
  it("tells what the step that failed said, and nothing of other steps or of a build before", () => {
    expect(failureIn(BEFORE + FAILED)).to.deep.equal([
      "[3/3] RUN echo why it failed >&2; exit 3",
      "0.389 why it failed",
      "ERROR: executor failed running [/bin/sh -c echo why it failed >&2; exit 3]: exit code: 3",
    ]);
  });

  it("shows the end of a long step", () => {
    const lines = Array.from({ length: 100 }, (_, index) => `#6 0.1 line ${index}\n`).join("");
    const said = failureIn(FAILED.replace("#6 0.389 why it failed\n", lines)) ?? [];
    expect(said).to.have.lengthOf(20);
    expect(said.at(-2)).to.equal("0.1 line 99");
  });

  it("tells nothing of a build that went well after one that failed", () => {
    expect(failureIn(`${BEFORE}#0 building with "default" instance\n\n#1 [1/1] FROM x\n#1 DONE 0.0s\n`)).to.equal(
      undefined,
    );
  });
});
