import assert from "node:assert/strict";
import { ABSENT, ignoring, isGone, UNCHANGED } from "../../docker/refusals";

const refused = (statusCode: number): Promise<never> =>
  Promise.reject(Object.assign(new Error("as the engine says"), { statusCode }));

describe("a refusal of the engine", () => {
  it("is as good as success where the caller says so, and an error elsewhere", async () => {
    assert.equal(await ignoring([ABSENT], refused(404)), undefined);
    assert.equal(await ignoring([ABSENT], Promise.resolve("done")), "done");
    await assert.rejects(ignoring([ABSENT, UNCHANGED], refused(500)), /as the engine says/);
    await assert.rejects(ignoring([ABSENT], Promise.reject(new Error("no connection"))), /no connection/);
  });

  it("tells what is gone from what is refused otherwise", async () => {
    const errors = await Promise.all([404, 409].map((status) => refused(status).catch((error: unknown) => error)));
    assert.deepEqual([...errors, new Error("no connection")].map(isGone), [true, false, false]);
  });
});
