/** Where the two targets differ on purpose; test/infra/targets/parity.test.ts allows nothing else. */
export type Exception = {
  /** `variable`: an environment variable that one target alone has; `secret`: one that only it keeps secret. */
  what: "variable" | "secret" | "volume" | "limits";
  /** The variable, volume or limit it is about. */
  name: string;
  only: "local" | "gcp";
  reason: string;
};

export const exceptions: readonly Exception[] = [
  {
    what: "variable",
    name: "PORT",
    only: "local",
    reason: "Cloud Run sets it itself, to the container's port, and refuses a value of ours",
  },
  {
    what: "variable",
    name: "CLOUD_SQL_CONNECTION_NAME",
    only: "gcp",
    reason: "specification 003: the socket of Cloud SQL when it is set, TCP else",
  },
  {
    what: "variable",
    name: "AWS_SNS_ENDPOINT_URL",
    only: "local",
    reason: "LocalStack has an address; AWS itself is meant where it is absent (fleet:messagingEndpoint)",
  },
  { what: "variable", name: "AWS_SQS_ENDPOINT_URL", only: "local", reason: "as AWS_SNS_ENDPOINT_URL" },
  {
    what: "secret",
    name: "DATABASE_USER",
    only: "gcp",
    reason: "specification 003 keeps it in Secret Manager; it changes together with its password",
  },
  { what: "secret", name: "POSTGRES_USER", only: "gcp", reason: "as for DATABASE_USER" },
  {
    what: "volume",
    name: "media",
    only: "local",
    reason: "nothing of meet writes files yet; where something does, a bucket has to be mounted (decision 16)",
  },
  {
    what: "limits",
    name: "cpu",
    only: "gcp",
    reason: "Cloud Run gives a whole CPU and 512Mi at least to what answers several requests at once",
  },
];
