import type { Cloud } from "../../api";
import { attempt } from "./attempt";
import type { Clock } from "./clock";
import { retryAt, type Execution } from "./retries";
import { nextTime } from "./schedule";
import { JOBS, type Job, type Status } from "./shapes";

/** The execution of a job that goes on, so that its retries outlive a restart. */
const EXECUTIONS = "cloudscheduler.executions";

/** google.rpc.Code */
const INTERNAL = 13;

/** Calls the jobs of a cloud at their times. */
export class Runs {
  /** How to take back the wait for a job's next attempt, by the job's name. */
  readonly #waits = new Map<string, () => void>();
  /** How many attempts of a job are under way. */
  readonly #busy = new Map<string, number>();
  #isStopped = false;

  constructor(
    private readonly cloud: Cloud,
    private readonly clock: Clock,
  ) {}

  /** Waits for every job's next time. What was missed while the server was down is not made up for. */
  start(): void {
    for (const job of this.cloud.store.list<Job>(JOBS)) {
      const isMissed = Date.parse(job.scheduleTime ?? "") <= this.clock.now().getTime();
      if (isMissed) this.plan(job);
      else this.#wait(job.name);
    }
  }

  /** From now on no job is called, and what comes of the calls under way is not kept. */
  stop(): void {
    this.#isStopped = true;
    for (const name of this.#waits.keys()) this.forget(name);
  }

  /** Keeps a job as it is now, and waits for its next time from now on; a paused one has none. */
  plan({ scheduleTime: _, ...job }: Job): Job {
    const next = job.state === "ENABLED" ? { scheduleTime: told(nextTime(job, this.clock.now())) } : {};
    const planned = this.cloud.store.put(JOBS, job.name, { ...job, ...next });
    this.cloud.store.delete(EXECUTIONS, job.name);
    this.#wait(job.name);
    return planned;
  }

  /** Waits for a job no longer. */
  forget(name: string): void {
    this.#waits.get(name)?.();
    this.#waits.delete(name);
  }

  /** Takes a job away. */
  remove(name: string): void {
    this.forget(name);
    this.cloud.store.delete(EXECUTIONS, name);
    this.cloud.store.delete(JOBS, name);
  }

  /** Calls a job now, even if it is being called or is paused. */
  now(name: string): void {
    const time = told(this.clock.now());
    void this.#attempt(name, { scheduleTime: time, began: time, failed: 0 });
  }

  #wait(name: string): void {
    this.forget(name);
    const { state, scheduleTime } = this.cloud.store.get<Job>(JOBS, name) ?? {};
    if (this.#isStopped || state !== "ENABLED" || scheduleTime === undefined) return;
    this.#waits.set(
      name,
      this.clock.at(new Date(scheduleTime), () => this.#due(name, scheduleTime)),
    );
  }

  /** A job is not called a second time before the call of before has ended, which then waits for its next time. */
  #due(name: string, scheduleTime: string): void {
    this.#waits.delete(name);
    if (this.#underWay(name) > 0) return;
    const going = this.cloud.store.get<Execution>(EXECUTIONS, name);
    void this.#attempt(name, going ?? { scheduleTime, began: told(this.clock.now()), failed: 0 });
  }

  async #attempt(name: string, execution: Execution): Promise<void> {
    const { cloud, clock } = this;
    const job = cloud.store.get<Job>(JOBS, name);
    if (!job) return;
    this.#busy.set(name, this.#underWay(name) + 1);
    cloud.store.put(JOBS, name, { ...job, lastAttemptTime: clock.now().toISOString() });
    const { scheduleTime } = execution;
    const status = await attempt({ cloud, job, scheduleTime }).catch((error: Error) => this.#failed(name, error));
    this.#busy.set(name, this.#underWay(name) - 1);
    this.#keep({ name, execution, status });
  }

  #underWay(name: string): number {
    return this.#busy.get(name) ?? 0;
  }

  /** A fault of the rehearsal's own, of which its report tells. */
  #failed(path: string, error: Error): Status {
    this.cloud.report.fail({ api: "cloudscheduler", verb: "RUN", path, error });
    return { code: INTERNAL, message: error.message };
  }

  #keep({ name, execution, status }: { name: string; execution: Execution; status: Status }): void {
    const { store } = this.cloud;
    const job = store.get<Job>(JOBS, name);
    // It was taken away meanwhile.
    if (this.#isStopped || !job) return;
    const now = this.clock.now();
    const next = { ...execution, failed: execution.failed + 1 };
    const again = status.code === undefined ? undefined : retryAt({ execution: next, config: job.retryConfig, now });
    const isGoing = again !== undefined && job.state === "ENABLED";
    if (isGoing) store.put(EXECUTIONS, name, next);
    else store.delete(EXECUTIONS, name);
    const scheduleTime = told(again ?? this.#after(job, execution));
    store.put(JOBS, name, { ...job, status, ...(job.state === "ENABLED" && { scheduleTime }) });
    this.#wait(name);
  }

  /** The next time of the schedule; now where an execution lasted longer than until then. */
  #after(job: Job, { scheduleTime }: Execution): Date {
    const [next, now] = [nextTime(job, new Date(scheduleTime)), this.clock.now()];
    return next < now ? now : next;
  }
}

/** As Google tells a whole second. */
const told = (time: Date): string => time.toISOString().replace(".000Z", "Z");
