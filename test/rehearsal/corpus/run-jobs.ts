import { HELLO, REGION, type Pair } from "./pair";

const DOCS = "https://cloud.google.com/run/docs";
const REST = "https://cloud.google.com/run/docs/reference/rest/v2";
const SERVICE = `POST run/v2/${REGION}/services?serviceId=hello`;
const JOB = `POST run/v2/${REGION}/jobs?jobId=migrate`;
const POOL = `POST run/v2/${REGION}/workerPools?workerPoolId=worker`;

const service = (more: object, above: object = {}) => ({
  template: { containers: [{ image: HELLO }], ...more },
  ...above,
});
const job = (task: object, execution: object = {}) => ({
  template: { ...execution, template: { containers: [{ image: HELLO }], ...task } },
});

/** Jobs, worker pools and changes that Cloud Run does not take. */
export const runJobs: readonly Pair[] = [
  {
    what: "a task that is tried again too often",
    from: `${DOCS}/configuring/max-retries`,
    ask: JOB,
    wrong: job({ maxRetries: 11 }),
    right: job({ maxRetries: 10 }),
    says: /max_retries: must be between 0 and 10 inclusive, not 11/,
  },
  {
    what: "a task of more than a week",
    from: `${DOCS}/configuring/task-timeout`,
    ask: JOB,
    wrong: job({ timeout: "604801s" }),
    right: job({ timeout: "604800s" }),
    says: /timeout: must be between 1 and 604800 seconds/,
  },
  {
    what: "more tasks at a time than there are",
    from: `${DOCS}/configuring/parallelism`,
    ask: JOB,
    wrong: job({}, { taskCount: 2, parallelism: 3 }),
    right: job({}, { taskCount: 3, parallelism: 3 }),
    says: /parallelism: must be less than or equal to task_count/,
  },
  {
    what: "two tokens",
    from: `${REST}/projects.locations.jobs`,
    ask: JOB,
    wrong: { ...job({}), startExecutionToken: "a", runExecutionToken: "b" },
    right: { ...job({}), startExecutionToken: "a" },
    says: /job' \(oneof\), oneof field 'create_execution' is already set\. Cannot set 'runExecutionToken'/,
  },
  {
    what: "a job with less memory than jobs have",
    from: `${DOCS}/configuring/jobs/memory-limits`,
    ask: JOB,
    wrong: job({ containers: [{ image: HELLO, resources: { limits: { memory: "256Mi" } } }] }),
    right: job({ containers: [{ image: HELLO, resources: { limits: { memory: "512Mi" } } }] }),
    says: /job\.template\.template\.containers\[0\]\.resources\.limits\.memory: Invalid value specified for container memory/,
  },
  {
    what: "fewer than no instances of a worker pool",
    from: `${DOCS}/configuring/workerpools/manual-scaling`,
    ask: POOL,
    wrong: service({}, { scaling: { manualInstanceCount: -1 } }),
    right: service({}, { scaling: { manualInstanceCount: 1 } }),
    says: /manual_instance_count: must not be negative/,
  },
  {
    what: "a run of more than a week",
    from: `${DOCS}/execute/jobs#override-job-configuration`,
    given: [[JOB, job({})]],
    ask: `POST run/v2/${REGION}/jobs/migrate:run`,
    wrong: { overrides: { timeout: "700000s" } },
    right: { overrides: { timeout: "3600s" } },
    says: /overrides\.timeout: must be between 1 and 604800 seconds/,
  },
  {
    what: "a change to fewer instances at most than there are at least",
    from: `${DOCS}/configuring/max-instances`,
    given: [[SERVICE, service({ scaling: { minInstanceCount: 3, maxInstanceCount: 9 } })]],
    ask: `PATCH run/v2/${REGION}/services/hello?updateMask=template.scaling.maxInstanceCount`,
    wrong: { template: { scaling: { maxInstanceCount: 2 } } },
    right: { template: { scaling: { maxInstanceCount: 3 } } },
    says: /UpdateServiceRequest\.service\.template\.scaling\.max_instance_count: must be greater or equal than min_instance_count/,
  },
];
