/** Google's clients for Node over REST, unaided, against the rehearsed cloud: node.mjs <endpoint> <token> <project> */
import { strict as assert } from "node:assert";
import { createRequire } from "node:module";
import path from "node:path";

const [endpoint, token, project] = process.argv.slice(2);
// The clients are installed beside the working directory, not beside this file.
const require = createRequire(path.resolve("package.json"));
const load = (name) => require(name);
const { OAuth2Client } = load("google-auth-library");

const { hostname, port } = new URL(endpoint);
const parent = `projects/${project}`;
const location = `${parent}/locations/europe-west1`;

const options = () => {
  const authClient = new OAuth2Client();
  authClient.setCredentials({ access_token: token });
  return {
    fallback: true,
    apiEndpoint: hostname,
    port: Number(port),
    protocol: "http",
    authClient,
    projectId: project,
  };
};

/** Their errors carry the status of HTTP or google.rpc.Code, depending on how new a client is. */
const refused = (codes, asked) =>
  assert.rejects(
    asked,
    (error) => codes.includes(Number(error.status ?? error.code)) || assert.fail(String(error.stack)),
  );
const [NOT_FOUND, ALREADY_EXISTS] = [
  [404, 5],
  [409, 6],
];

const steps = {
  async secrets() {
    const { SecretManagerServiceClient } = load("@google-cloud/secret-manager");
    const client = new SecretManagerServiceClient(options());
    const [secret] = await client.createSecret({
      parent,
      secretId: "node",
      secret: { replication: { automatic: {} } },
    });
    await refused(
      ALREADY_EXISTS,
      client.createSecret({ parent, secretId: "node", secret: { replication: { automatic: {} } } }),
    );
    const [version] = await client.addSecretVersion({
      parent: secret.name,
      payload: { data: Buffer.from("value\xff~?") },
    });
    assert.equal(version.state, "ENABLED");
    const [{ payload }] = await client.accessSecretVersion({ name: `${secret.name}/versions/latest` });
    assert.equal(Buffer.from(payload.data).toString(), "value\xff~?");
    const [secrets] = await client.listSecrets({ parent });
    assert.deepEqual(
      secrets.map(({ name }) => name),
      [secret.name],
    );
    const [changed] = await client.updateSecret({
      secret: { name: secret.name, labels: { a: "b" } },
      updateMask: { paths: ["labels"] },
    });
    assert.deepEqual(changed.labels, { a: "b" });
    await client.deleteSecret({ name: secret.name });
    await refused(NOT_FOUND, client.getSecret({ name: secret.name }));
  },
  async registry() {
    const { ArtifactRegistryClient } = load("@google-cloud/artifact-registry");
    const client = new ArtifactRegistryClient(options());
    const [operation] = await client.createRepository({
      parent: location,
      repositoryId: "node",
      repository: { format: "NPM" },
    });
    const [made] = await operation.promise();
    assert.ok(["NPM", 3].includes(made.format), made.format);
    const [gone] = await client.deleteRepository({ name: made.name });
    await gone.promise();
  },
  async run() {
    const { ServicesClient, JobsClient } = load("@google-cloud/run");
    assert.deepEqual((await new ServicesClient(options()).listServices({ parent: location }))[0], []);
    assert.deepEqual((await new JobsClient(options()).listJobs({ parent: location }))[0], []);
    await refused(NOT_FOUND, new ServicesClient(options()).getService({ name: `${location}/services/none` }));
  },
  async redis() {
    const { CloudRedisClient } = load("@google-cloud/redis");
    assert.deepEqual((await new CloudRedisClient(options()).listInstances({ parent: location }))[0], []);
  },
  async monitoring() {
    const { AlertPolicyServiceClient, NotificationChannelServiceClient } = load("@google-cloud/monitoring");
    const channels = new NotificationChannelServiceClient(options());
    const [made] = await channels.createNotificationChannel({
      name: parent,
      notificationChannel: { type: "email", displayName: "Node", labels: { email_address: "a@example.com" } },
    });
    const [listed] = await channels.listNotificationChannels({ name: parent });
    assert.deepEqual(
      listed.map(({ name }) => name),
      [made.name],
    );
    await channels.deleteNotificationChannel({ name: made.name });
    assert.deepEqual((await new AlertPolicyServiceClient(options()).listAlertPolicies({ name: parent }))[0], []);
  },
  async services() {
    const { ServiceUsageClient } = load("@google-cloud/service-usage");
    const client = new ServiceUsageClient(options());
    const [operation] = await client.enableService({ name: `${parent}/services/pubsub.googleapis.com` });
    const [{ service }] = await operation.promise();
    assert.ok(["ENABLED", 2].includes(service.state), service.state);
  },
  async projects() {
    const { ProjectsClient } = load("@google-cloud/resource-manager");
    const client = new ProjectsClient(options());
    assert.equal((await client.getProject({ name: parent }))[0].projectId, project);
    await client.getIamPolicy({ resource: parent });
  },
  /** The older clients, made from discovery documents. */
  async discovered() {
    const { google } = load("googleapis");
    const auth = options().authClient;
    const rootUrl = `${endpoint}/`;
    const sql = google.sqladmin({ version: "v1beta4", auth, rootUrl });
    assert.deepEqual((await sql.instances.list({ project })).data.items ?? [], []);
    const iam = google.iam({ version: "v1", auth, rootUrl });
    const { data } = await iam.projects.serviceAccounts.create({
      name: parent,
      requestBody: { accountId: "node-account" },
    });
    await iam.projects.serviceAccounts.delete({ name: data.name });
    const run = google.run({ version: "v2", auth, rootUrl });
    assert.deepEqual(
      (await run.projects.locations.services.list({ parent: location, fields: "services(name)" })).data,
      {},
    );
  },
};

let failed = 0;
for (const [name, step] of Object.entries(steps))
  await step().then(
    () => console.log(`ok ${name}`),
    (error) => console.log(`FAILED ${name}\n${error.stack}`, ++failed),
  );
process.exit(failed > 0 ? 1 : 0);
