import { PROJECT, REGION, type Pair } from "./pair";

const DOCS = "https://cloud.google.com/scheduler/docs";
const REST = `${DOCS}/reference/rest/v1/projects.locations.jobs`;
const CREATE = `POST cloudscheduler/v1/${REGION}/jobs`;
const NAME = `${REGION}/jobs/nightly`;
const URI = `https://serviceusage.googleapis.com/v1/projects/${PROJECT}/services`;

const job = (more: object = {}) => ({ name: NAME, schedule: "0 2 * * *", httpTarget: { uri: URI }, ...more });
const target = (more: object) => job({ httpTarget: { uri: URI, ...more } });
const BODY = Buffer.from("{}").toString("base64");

type Bodies = Pick<Pair, "what" | "wrong" | "right" | "says">;
const create = (from: string, ...pairs: Bodies[]): Pair[] => pairs.map((pair) => ({ ...pair, from, ask: CREATE }));

/** Jobs that Cloud Scheduler does not take. */
export const scheduler: readonly Pair[] = [
  ...create(
    `${DOCS}/configuring/cron-job-schedules`,
    {
      what: "a schedule with seconds",
      wrong: job({ schedule: "0 0 2 * * *" }),
      right: job({ schedule: "0 2 * * *" }),
      says: /^Schedule or time zone is invalid\.$/,
    },
    {
      what: "the last day of a month",
      wrong: job({ schedule: "0 2 L * *" }),
      right: job({ schedule: "0 2 28-31 * SUN,7" }),
      says: /^Schedule or time zone is invalid\.$/,
    },
    {
      what: "a time zone that is none",
      wrong: job({ timeZone: "Europe/Nowhere" }),
      right: job({ timeZone: "Europe/Madrid" }),
      says: /^Schedule or time zone is invalid\.$/,
    },
  ),
  ...create("https://github.com/hashicorp/terraform/issues/31571", {
    what: "no schedule",
    wrong: job({ schedule: undefined }),
    right: job(),
    says: /^Schedule or time zone is invalid\.$/,
  }),
  ...create("https://github.com/googleapis/nodejs-scheduler/issues/114", {
    what: "a job by its short name",
    wrong: job({ name: "nightly" }),
    right: job(),
    says: /^Job name must be formatted: "projects\/<PROJECT_ID>/,
  }),
  {
    what: "a second job of the name",
    from: "https://github.com/hashicorp/terraform-provider-google/issues/16918",
    given: [[CREATE, job()]],
    ask: CREATE,
    wrong: job(),
    right: job({ name: `${REGION}/jobs/weekly` }),
    status: 409,
    says: /^Job projects\/\S+\/jobs\/nightly already exists\.$/,
  },
  ...create(
    REST,
    {
      what: "a deadline of five seconds",
      wrong: job({ attemptDeadline: "5s" }),
      right: job({ attemptDeadline: "15s" }),
      says: /between 15 seconds and 30 minutes/,
    },
    {
      what: "a deadline of more than half an hour",
      wrong: job({ attemptDeadline: "1801s" }),
      right: job({ attemptDeadline: "1800s" }),
      says: /between 15 seconds and 30 minutes/,
    },
    {
      what: "six retries",
      wrong: job({ retryConfig: { retryCount: 6 } }),
      right: job({ retryConfig: { retryCount: 5 } }),
      says: /between 0 and 5, got 6/,
    },
    {
      what: "a long description",
      wrong: job({ description: "a".repeat(501) }),
      right: job({ description: "a".repeat(500) }),
      says: /must not exceed 500 characters/,
    },
    {
      what: "an address without a scheme",
      wrong: target({ uri: URI.replace("https://", "") }),
      right: target({}),
      says: /must begin with http:\/\/ or https:\/\//,
    },
    {
      what: "a body of a GET",
      wrong: target({ httpMethod: "GET", body: BODY }),
      right: target({ httpMethod: "PUT", body: BODY }),
      says: /not allowed with the HTTP method GET/,
    },
    {
      what: "tokens of two kinds",
      wrong: target({
        oauthToken: { serviceAccountEmail: `web-app@${PROJECT}.iam.gserviceaccount.com` },
        oidcToken: { serviceAccountEmail: `web-app@${PROJECT}.iam.gserviceaccount.com` },
      }),
      right: target({ oauthToken: { serviceAccountEmail: `web-app@${PROJECT}.iam.gserviceaccount.com` } }),
      says: /authorization_header/,
    },
    {
      what: "no target",
      wrong: job({ httpTarget: undefined }),
      right: job(),
      says: /'job\.target' is not set/,
    },
  ),
  {
    what: "a pause of a paused job",
    from: `${REST}/pause`,
    given: [
      [CREATE, job()],
      [`POST cloudscheduler/v1/${NAME}:pause`, {}],
    ],
    ask: `POST cloudscheduler/v1/${NAME}:resume`,
    wrongAsk: `POST cloudscheduler/v1/${NAME}:pause`,
    wrong: {},
    right: {},
    says: /a job must be ENABLED to be paused/,
  },
  {
    what: "a retry count that is too high, in a change",
    from: REST,
    given: [[CREATE, job({ description: "kept" })]],
    ask: `PATCH cloudscheduler/v1/${NAME}?updateMask=retryConfig`,
    wrong: { retryConfig: { retryCount: 9 } },
    right: { retryConfig: { retryCount: 1 } },
    says: /between 0 and 5, got 9/,
  },
];
