import { PROJECT } from "../cloud";
import { projectOf } from "../../../rehearsal/project";

/** One suite of the peer: what is taken of it, what stands in the place of its own fixtures, and how its tests are run. */
export type Suite = {
  name: string;
  /** Its folder below compatibility-tests. */
  from: string;
  /** What is copied of it, and where to. */
  files: readonly (readonly [from: string, to: string])[];
  /** Ours beside it, from test/rehearsal/peer/<name>. */
  ours: readonly (readonly [from: string, to: string])[];
  /** What is changed in a copied file. */
  edits?: readonly { file: string; from: RegExp; to: string; why: string }[];
  prepare: readonly string[];
  /** One command for each project; Google shows some names with the project's number. */
  run: readonly { command: string; project: string }[];
  results: (output: string) => Result[];
};

export type Result = { test: string; passed: boolean };

const NUMBER = projectOf(PROJECT).number;
const same = (...files: string[]): (readonly [string, string])[] => files.map((file) => [file, file] as const);

const python: Suite = {
  name: "python",
  from: "sdk-test-python",
  files: same("tests/test_iam.py", "tests/test_secret_manager.py", "pytest.ini"),
  ours: same("conftest.py", "requirements.txt"),
  prepare: ["python3 -m venv .venv", ".venv/bin/pip install --quiet --requirement requirements.txt"],
  run: [
    { command: ".venv/bin/pytest -v tests/test_iam.py", project: PROJECT },
    { command: ".venv/bin/pytest -v tests/test_secret_manager.py", project: NUMBER },
  ],
  results: (output) => found(output, /^tests\/(\S+) (PASSED|FAILED|ERROR)/gm, "PASSED"),
};

const node: Suite = {
  name: "node",
  from: "sdk-test-node",
  files: same("tests/setup.ts", "tests/iam.test.ts", "tests/secret-manager.test.ts"),
  ours: same("package.json", "vitest.config.mjs", "secret-manager.mjs"),
  prepare: ["npm install --silent --ignore-scripts --no-audit --no-fund"],
  run: [{ command: "npx vitest run --reporter=tap-flat", project: PROJECT }],
  results: (output) => tap(output),
};

const go: Suite = {
  name: "go",
  from: "sdk-test-go",
  files: same("tests/helpers_test.go", "tests/iam_test.go", "tests/secret_manager_test.go"),
  ours: [...same("go.mod"), ["fixtures.go", "internal/testutil/fixtures.go"]],
  edits: [
    {
      file: "tests/secret_manager_test.go",
      from: /\tdefer client\.Close\(\)\n/,
      to: "",
      why: "the clean-up asks once more, and Go's client over REST cannot be asked after it is closed",
    },
  ],
  prepare: ["go mod tidy"],
  run: [
    { command: "go test ./tests/ -count=1 -v -run TestIAM", project: PROJECT },
    { command: "go test ./tests/ -count=1 -v -run TestSecretManager", project: NUMBER },
  ],
  results: (output) => found(output, /^ {4}--- (PASS|FAIL): (\S+)/gm, "PASS", { name: 2, outcome: 1 }),
};

const JAVA = "src/test/java/io/floci/gcp/test";

const java: Suite = {
  name: "java",
  from: "sdk-test-java",
  files: same(
    ...["CloudRun", "CloudSqlAdmin", "Iam", "SecretManager", "ServiceUsage"].map((of) => `${JAVA}/${of}Test.java`),
  ),
  ours: [...same("pom.xml"), ["TestFixtures.java", "src/main/java/io/floci/gcp/test/TestFixtures.java"]],
  edits: [
    {
      file: `${JAVA}/ServiceUsageTest.java`,
      from: /never-enabled\.googleapis\.com/g,
      to: "translate.googleapis.com",
      why: "Google has no service of the first name, and refuses it with 403",
    },
  ],
  prepare: ["mvn -q -B test-compile"],
  run: [
    { command: "mvn -B test -Dtest='CloudRunTest,CloudSqlAdminTest,IamTest,SecretManagerTest'", project: PROJECT },
    { command: "mvn -B test -Dtest=ServiceUsageTest", project: NUMBER },
  ],
  results: (output) => {
    // Surefire writes each report anew, and leaves those of the first command.
    const cases = output.matchAll(
      /<testcase name="(\w+)" classname="[\w.]+\.(\w+)"[^>]*?(?:\/>|>([\s\S]*?)<\/testcase>)/g,
    );
    return [...cases].map(([, name, of, inner = ""]) => ({
      test: `${of}.${name}`,
      passed: !/<(?:failure|error)\b/.test(inner),
    }));
  },
};

const gcloud: Suite = {
  name: "gcloud",
  from: "sdk-test-gcloud",
  files: same("test/iam.bats", "test/secrets.bats", "test/serviceusage.bats", "test/test_helper/common-setup.bash"),
  ours: same("package.json"),
  prepare: ["npm install --silent --ignore-scripts --no-audit --no-fund"],
  run: [{ command: "BATS_LIB_PATH=$PWD/node_modules bash node_modules/bats/bin/bats --tap test", project: PROJECT }],
  results: (output) => tap(output),
};

const terraform: Suite = {
  name: "terraform",
  from: "compat-terraform",
  files: same("main.tf", "provider.tf", "test/terraform.bats", "test/test_helper/common-setup.bash"),
  ours: same("package.json"),
  edits: [
    {
      file: "main.tf",
      from: /(?:resource "google_(?:storage|kms)_\w+" "\w+" \{|output "(?:key_ring|crypto_key|bucket|object)_name" \{)\n[\s\S]*?\n\}\n/g,
      to: "",
      why: "Cloud Storage and KMS are not rehearsed",
    },
    {
      file: "main.tf",
      from: /\n {4}volumes \{[\s\S]*?\n {4}\}\n|\n {6}volume_mounts \{[\s\S]*?\n {6}\}\n|\n {2}depends_on = \[[\s\S]*?\]\n/g,
      to: "\n",
      why: "its volume is a bucket",
    },
    { file: "provider.tf", from: /~> 7\.36/, to: ">= 7.36", why: "the provider that is built is newer" },
    ...["main.tf", "test/terraform.bats"].map((file) => ({
      ...{ file, from: /POSTGRES_18/g, to: "POSTGRES_15" },
      why: "the newest version that this machine may have an image of",
    })),
  ],
  prepare: ["npm install --silent --ignore-scripts --no-audit --no-fund"],
  run: [
    {
      command: "BATS_LIB_PATH=$PWD/node_modules bash node_modules/bats/bin/bats --tap test/terraform.bats",
      project: PROJECT,
    },
  ],
  results: (output) => tap(output),
};

export const suites: readonly Suite[] = [python, node, go, java, gcloud, terraform];

const STORAGE = "Cloud Storage is not rehearsed";
const KMS = "KMS is not rehearsed";

/** Tests of what Google does not do; each is expected to fail, for the reason. */
export const NOT_APPLICABLE: Readonly<Record<string, string>> = {
  "python test_iam.py::test_iam_policy": "an empty policy has no bindings in JSON: proto3 leaves empty lists out",
  "node IAM > should get an empty IAM policy": "an empty policy has no bindings in JSON: proto3 leaves empty lists out",
  "java CloudRunTest.listAndGetRevision": "Google shows the service of a revision by its short name",
  "java IamTest.getIamPolicy": "an empty policy has no bindings in JSON: proto3 leaves empty lists out",
  "java IamTest.createServiceAccountKey": "it asks for `keyId`, which Google's keys do not have",
  "java IamTest.listServiceAccountKeys": "it looks for the `keyId` of before",
  "java CloudSqlAdminTest.sqlAdminSdkCreatesUsableInstancesForLatestPostgresVersions":
    "it wants operations of Cloud SQL to be done when they begin, and a port in `ipAddresses`",
  "terraform Terraform: GCS bucket created": STORAGE,
  "terraform Terraform: GCS bucket has label": STORAGE,
  "terraform Terraform: GCS object uploaded": STORAGE,
  "terraform Terraform: GCS object content-type is text/plain": STORAGE,
  "terraform Terraform: GCS bucket lists object": STORAGE,
  "terraform Terraform: KMS key ring created": KMS,
  "terraform Terraform: KMS crypto key created": KMS,
  "terraform Terraform: KMS crypto key has a primary version": KMS,
  "terraform Terraform: all managed resources tracked in state": "it counts those of Cloud Storage and KMS",
};

type Groups = { name: number; outcome: number };

const found = (
  output: string,
  pattern: RegExp,
  good: string,
  { name, outcome }: Groups = { name: 1, outcome: 2 },
): Result[] =>
  [...output.matchAll(pattern)].map((match) => ({ test: match[name] ?? "", passed: match[outcome] === good }));

/** TAP, as bats and vitest write it. */
const tap = (output: string): Result[] =>
  [...output.matchAll(/^(ok|not ok) \d+ (?:- )?(?:tests\/\S+ > )?(.*?)(?: # time=.*)?$/gm)].map(
    ([, outcome, test = ""]) => ({
      test,
      passed: outcome === "ok",
    }),
  );
