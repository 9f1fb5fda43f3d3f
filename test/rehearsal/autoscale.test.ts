import { expect } from "chai";
import { setTimeout as sleep } from "node:timers/promises";
import { Autoscaler, type Bounds, type Lease } from "../../rehearsal/apis/run/autoscale";

/** Instances that are numbers; what was done to them is in `told`. */
const scaled = (given: Partial<Bounds> = {}, { startMs = 0, takesMs = 0, endMs = 0 } = {}) => {
  const told: string[] = [];
  const running = new Set<number>();
  const bounds = { min: 0, max: 3, concurrency: 2, idleSeconds: 60, ...given };
  const scaler = new Autoscaler(() => bounds, {
    start: async (index) => {
      await sleep(startMs);
      told.push(`start ${index}`);
      running.add(index);
    },
    end: async (index) => {
      await sleep(endMs);
      told.push(`end ${index}`);
      running.delete(index);
    },
    portOf: (index) => Promise.resolve(running.has(index) ? 1000 + index : undefined),
    // To take it takes longer than to give it back.
    setCpu: async (index, isOn) => {
      await sleep(isOn ? 0 : takesMs);
      told.push(`cpu of ${index} ${isOn ? "on" : "off"}`);
    },
    fail: (error) => void told.push(error.message),
  });
  return { scaler, told, running, bounds };
};

describe("the instances of a revision", () => {
  it("start with the first request, and more with more, up to the most", async () => {
    const { scaler, told } = scaled();
    const leases = (await Promise.all([1, 2, 3, 4, 5, 6].map(() => scaler.lease()))) as Lease[];
    expect(leases.map(({ port }) => port).sort()).to.deep.equal([1000, 1000, 1001, 1001, 1002, 1002]);
    expect(told).to.have.members(["start 0", "start 1", "start 2"]);
    const seventh = scaler.lease();
    leases[2]!.release();
    expect((await seventh)!.port).to.equal(leases[2]!.port);
    scaler.close();
  });

  it("have their CPU while a request is with them, and while they end", async () => {
    const { scaler, told } = scaled();
    const first = (await scaler.lease())!;
    first.release();
    await sleep(1100);
    expect(told).to.deep.equal(["start 0", "cpu of 0 off"]);
    const second = (await scaler.lease())!;
    expect(told.at(-1)).to.equal("cpu of 0 on");
    second.release();
    await sleep(1100);
    await scaler.end();
    expect(told.slice(-2)).to.deep.equal(["cpu of 0 on", "end 0"]);
  });

  it("keep their CPU while requests come, however short each is", async () => {
    const { scaler, told } = scaled();
    for (let asked = 0; asked < 8; asked++) {
      (await scaler.lease())!.release();
      await sleep(200);
    }
    expect(told).to.deep.equal(["start 0"]);
    scaler.close();
  });

  it("have it when a request comes while it is being taken", async () => {
    const { scaler, told } = scaled({}, { takesMs: 200 });
    (await scaler.lease())!.release();
    await sleep(1050);
    await scaler.lease();
    expect(told).to.deep.equal(["start 0", "cpu of 0 off", "cpu of 0 on"]);
    scaler.close();
  });

  it("have it too when they ran before", async () => {
    const { scaler, told, running } = scaled();
    running.add(4);
    scaler.adopt([4]);
    expect((await scaler.lease())!.port).to.equal(1004);
    expect(told).to.deep.equal(["cpu of 4 on"]);
    scaler.close();
  });

  it("end when nobody has asked for long, down to the fewest", async () => {
    const { scaler, running, bounds } = scaled({ idleSeconds: 0, min: 1 });
    const leases = await Promise.all([1, 2, 3, 4].map(() => scaler.lease()));
    leases.forEach((lease) => lease!.release());
    expect(running.size).to.be.above(1);
    await sleep(1500);
    expect(running.size).to.equal(1);
    bounds.min = 0;
    await sleep(1500);
    expect(running.size).to.equal(0);
    scaler.close();
  });

  it("are all gone when the revision has ended: those that were ending already, and those that were starting", async () => {
    const idle = scaled({ idleSeconds: 0 }, { endMs: 600 });
    await idle.scaler.ready();
    // The look of every second has begun to end it.
    await sleep(1200);
    await idle.scaler.end();
    expect([...idle.running]).to.deep.equal([]);
    const starting = scaled({}, { startMs: 200 });
    void starting.scaler.lease();
    await sleep(50);
    await starting.scaler.end();
    expect([...starting.running]).to.deep.equal([]);
    expect(starting.told).to.deep.equal(["end 0", "start 0", "end 0"]);
  });

  it("are replaced where one has ended by itself", async () => {
    const { scaler, told, running } = scaled();
    (await scaler.lease())!.release();
    running.clear();
    expect((await scaler.lease())!.port).to.equal(1001);
    expect(told).to.include.members(["end 0", "start 1"]);
    scaler.close();
  });

  it("that do not start are told of, and whoever waits is let go", async () => {
    const { scaler, told } = scaled({ max: 1 });
    const made = scaler as unknown as { making: { start: () => Promise<void> } };
    made.making.start = () => Promise.reject(new Error("no settings"));
    const waiting = scaler.lease();
    await sleep(50);
    scaler.close();
    expect(await waiting).to.equal(undefined);
    expect(told).to.deep.equal(["no settings"]);
  });
});
