import { PROJECT, PROJECTS, REGION, type Pair, type Step } from "./pair";

const DOCS = "https://cloud.google.com/iam/docs";
const POLICY = "https://cloud.google.com/iam/docs/reference/rest/v1/Policy";
const ACCOUNTS = `iam/v1/${PROJECTS}/serviceAccounts`;
const CREATE = `POST ${ACCOUNTS}`;
const SET = `POST cloudresourcemanager/v3/${PROJECTS}:setIamPolicy`;
const SECRET: Step = [`POST secretmanager/v1/${PROJECTS}/secrets?secretId=key`, { replication: { automatic: {} } }];
const SET_SECRET = `POST secretmanager/v1/${PROJECTS}/secrets/key:setIamPolicy`;
const ACCOUNT = `web-app@${PROJECT}.iam.gserviceaccount.com`;

const binding = (role: string, ...members: string[]) => ({ policy: { bindings: [{ role, members }] } });
const to = (member: string) => binding("roles/run.viewer", member);
const EXPRESSION = `resource.name == "projects/p/secrets/key"`;
const conditional = (condition: object, more: { role?: string; members?: string[]; version?: number } = {}) => {
  const { role = "roles/run.viewer", members = ["user:jane@example.com"], version = 3 } = more;
  return { policy: { version, bindings: [{ role, members, condition }] } };
};
const title = { title: "one", expression: EXPRESSION };

type Bodies = Pick<Pair, "what" | "wrong" | "right" | "says">;
const set = (from: string, ...pairs: Bodies[]): Pair[] => pairs.map((pair) => ({ ...pair, from, ask: SET }));

/** Accounts and policies that IAM does not take. */
export const iam: readonly Pair[] = [
  ...set(
    "https://cloud.google.com/iam/docs/roles-permissions",
    {
      what: "a role that is misspelt",
      wrong: binding("roles/run.admim", "user:jane@example.com"),
      right: binding("roles/run.admin", "user:jane@example.com"),
      says: /^Role roles\/run\.admim is not supported for this resource\.$/,
    },
    {
      what: "a role without its folder",
      wrong: binding("run.admin", "user:jane@example.com"),
      right: binding("roles/run.admin", "user:jane@example.com"),
      says: /^Role run\.admin is not supported for this resource\.$/,
    },
    {
      what: "a role of a product under another's name",
      wrong: binding("roles/secretmanager.cloudsqlClient", "user:jane@example.com"),
      right: binding("roles/cloudsql.client", "user:jane@example.com"),
      says: /Role roles\/secretmanager\.cloudsqlClient is not supported/,
    },
  ),
  ...set(
    `${DOCS}/principal-identifiers`,
    {
      what: "a member without a type",
      wrong: to("jane@example.com"),
      right: to("user:jane@example.com"),
      says: /is of an unknown type/,
    },
    {
      what: "a member of no type",
      wrong: to("robot:jane@example.com"),
      right: to("user:jane@example.com"),
      says: /robot:jane@example\.com is of an unknown type/,
    },
    {
      what: "a user who has no address",
      wrong: to("user:jane"),
      right: to("user:jane@example.com"),
      says: /Invalid member: user:jane\..* not a valid email address/,
    },
    {
      what: "a group who has no address",
      wrong: to("group:admins@"),
      right: to("group:admins@example.com"),
      says: /Invalid member: group:admins@/,
    },
    {
      what: "a domain with an address",
      wrong: to("domain:jane@example.com"),
      right: to("domain:example.com"),
      says: /not a valid domain/,
    },
    {
      what: "an account that is not there",
      wrong: to(`serviceAccount:nobody@${PROJECT}.iam.gserviceaccount.com`),
      right: to(`serviceAccount:${ACCOUNT}`),
      says: /^Service account nobody@\S+ does not exist\.$/,
    },
  ),
  ...set(
    "https://cloud.google.com/resource-manager/reference/rest/v3/projects/setIamPolicy",
    {
      what: "everybody in a project",
      wrong: to("allUsers"),
      right: to("domain:example.com"),
      says: /Project does not support allUsers/,
    },
    {
      what: "everybody with an account in a project",
      wrong: to("allAuthenticatedUsers"),
      right: to("group:all@example.com"),
      says: /Project does not support allAuthenticatedUsers/,
    },
    {
      what: "a project's owners in a project",
      wrong: to("projectOwner:p"),
      right: to("user:owner@example.com"),
      says: /Project does not support projectOwner:p/,
    },
  ),
  ...set(
    POLICY,
    {
      what: "version 2 of a policy",
      wrong: { policy: { version: 2, bindings: [] } },
      right: { policy: { version: 3, bindings: [] } },
      says: /Invalid policy version: 2\. Valid values are 0, 1, and 3/,
    },
    {
      what: "a condition in version 1",
      wrong: conditional(title, { version: 1 }),
      right: conditional(title),
      says: /affects conditional role bindings must specify policy version 3, not 1/,
    },
    {
      what: "more members than a policy may have",
      wrong: binding("roles/run.viewer", ...Array.from({ length: 1501 }, (_, index) => `user:u${index}@example.com`)),
      right: binding("roles/run.viewer", ...Array.from({ length: 1500 }, (_, index) => `user:u${index}@example.com`)),
      says: /number of members in the policy \(1501\) is larger than the maximum allowed size 1500/,
    },
  ),
  ...set(
    `${DOCS}/conditions-overview`,
    {
      what: "a condition without a title",
      wrong: conditional({ expression: EXPRESSION }),
      right: conditional(title),
      says: /condition of roles\/run\.viewer has no title/,
    },
    {
      what: "a condition on a basic role",
      wrong: conditional(title, { role: "roles/editor" }),
      right: conditional(title, { role: "roles/run.developer" }),
      says: /^Conditions can't be set on primitive roles$/,
    },
    {
      what: "a condition that is not whole",
      wrong: conditional({ title: "one", expression: `(${EXPRESSION}` }),
      right: conditional({ title: "one", expression: EXPRESSION }),
      says: /cannot be compiled/,
    },
    {
      what: "a condition that assigns",
      wrong: conditional({ title: "one", expression: `resource.name = "projects/p/secrets/key"` }),
      right: conditional({ title: "one", expression: EXPRESSION }),
      says: /cannot be compiled/,
    },
    {
      what: "a title that is too long",
      wrong: conditional({ title: "t".repeat(101), expression: EXPRESSION }),
      right: conditional({ title: "t".repeat(100), expression: EXPRESSION }),
      says: /longer than 100 characters/,
    },
  ),
  {
    what: "a role that no secret has",
    from: "https://cloud.google.com/secret-manager/docs/access-control",
    given: [SECRET],
    ask: SET_SECRET,
    wrong: binding("roles/cloudsql.client", `serviceAccount:${ACCOUNT}`),
    right: binding("roles/secretmanager.secretAccessor", `serviceAccount:${ACCOUNT}`),
    says: /^Role roles\/cloudsql\.client is not supported for this resource\.$/,
  },
  {
    what: "a role that no service has",
    from: "https://cloud.google.com/run/docs/authenticating/public",
    given: [
      [
        `POST run/v2/${REGION}/services?serviceId=hello`,
        { template: { containers: [{ image: "us-docker.pkg.dev/cloudrun/container/hello" }] } },
      ],
    ],
    ask: `POST run/v2/${REGION}/services/hello:setIamPolicy`,
    wrong: binding("roles/secretmanager.secretAccessor", "allUsers"),
    right: binding("roles/run.invoker", "allUsers"),
    says: /Role roles\/secretmanager\.secretAccessor is not supported/,
  },
  {
    what: "an account's id that is too short",
    from: `${DOCS}/reference/rest/v1/projects.serviceAccounts/create`,
    ask: CREATE,
    wrong: { accountId: "short" },
    right: { accountId: "long-enough" },
    says: /^The account ID "short" does not have a length between 6 and 30\.$/,
  },
  {
    what: "an account's id that begins with a digit",
    from: `${DOCS}/reference/rest/v1/projects.serviceAccounts/create`,
    ask: CREATE,
    wrong: { accountId: "1st-account" },
    right: { accountId: "first-account" },
    says: /account_id': "1st-account" does not match/,
  },
  {
    what: "an account's name that is too long",
    from: `${DOCS}/reference/rest/v1/projects.serviceAccounts`,
    ask: CREATE,
    wrong: { accountId: "web-shop", serviceAccount: { displayName: "d".repeat(101) } },
    right: { accountId: "web-shop", serviceAccount: { displayName: "d".repeat(100) } },
    says: /display_name': it must not exceed 100 characters/,
  },
  {
    what: "an account's description that is too long",
    from: `${DOCS}/reference/rest/v1/projects.serviceAccounts`,
    ask: CREATE,
    wrong: { accountId: "web-shop", serviceAccount: { description: "d".repeat(257) } },
    right: { accountId: "web-shop", serviceAccount: { description: "d".repeat(256) } },
    says: /description': it must not exceed 256 characters/,
  },
];
