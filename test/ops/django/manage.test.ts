import { expect } from "chai";
import { followerOf } from "../../../ops/django/manage/log";
import type { Google, LogEntry } from "../../../ops/django/manage/google";
import { jobOf } from "../../../ops/django/manage/template";
import { argumentsOf, checkWords, loggedWords, userIn } from "../../../ops/django/manage/words";
import { stackOf } from "../../../ops/stack/stack";

const refusalOf = (words: string[], env: NodeJS.ProcessEnv = {}): string => {
  try {
    checkWords({ words, stack: stackOf("prod"), env });
    return "";
  } catch (error) {
    return (error as Error).message;
  }
};

describe("the words of a management command", () => {
  it("ask nobody for a user's password", () => {
    expect(argumentsOf(["createsuperuser", "--username", "ana"]).slice(2)).to.deep.equal([
      ...["createsuperuser", "--username", "ana", "--noinput"],
    ]);
    expect(argumentsOf(["createsuperuser", "--no-input"]).slice(2)).to.deep.equal(["createsuperuser", "--no-input"]);
    expect(argumentsOf(["check"])).to.deep.equal(["python", "manage.py", "check"]);
  });

  it("name the user that they make", () => {
    expect(userIn(["createsuperuser", "--username", "ana", "--email", "a@example.com"])).to.equal("ana");
    expect(userIn(["createsuperuser", "--email=a@example.com"])).to.equal("a@example.com");
    expect(userIn(["createsuperuser"])).to.equal("the new user");
  });

  for (const words of [["shell"], ["shell", "-v", "2"], ["dbshell"], ["changepassword", "ana"]])
    it(`are refused where a person would be asked: ${words.join(" ")}`, () =>
      expect(refusalOf(words)).to.match(
        /asks a person at a terminal[^]*cure: .\/fleet manage <service> --stack prod -- \w+ /,
      ));

  it("are taken where a program answers", () => {
    for (const words of [["shell", "-c", "1"], ["shell", "--command=1"], ["shell", "-c1"], ["check"]])
      expect(refusalOf(words)).to.equal("");
  });

  it("make no user in a workflow, whose log is kept", () => {
    expect(refusalOf(["createsuperuser"], { CI: "true" })).to.match(/told to a workflow's log/);
    expect(refusalOf(["createsuperuser"])).to.equal("");
    expect(refusalOf(["check"], { CI: "true" })).to.equal("");
  });

  it("are written down without programs and without secrets", () => {
    const words = [
      ...["x", "--username", "ana", "--password", "hush", "--api-key=hush", "-c", "print('hush')", "--command=hush"],
      ...["-chush", "--count=3", "--token", "--force", "last"],
    ];
    const logged = loggedWords(words);
    expect(logged.join(" ")).to.not.include("hush");
    expect(logged.filter((word) => !word.includes("<"))).to.deep.equal([
      ...["x", "--username", "ana", "--password", "-c", "--count=3", "--token", "--force", "last"],
    ]);
    expect(loggedWords(["-c", "a"])).to.not.deep.equal(loggedWords(["-c", "b"]));
  });
});

describe("a job for a management command", () => {
  const template = {
    serviceAccount: "web@p.iam.gserviceaccount.com",
    volumes: [{ name: "cloudsql" }],
    vpcAccess: { egress: "PRIVATE_RANGES_ONLY" },
    // What only a service has.
    scaling: { maxInstanceCount: 3 },
    maxInstanceRequestConcurrency: 8,
    containers: [
      {
        image: "image@sha256:1",
        args: ["gunicorn"],
        ports: [{ containerPort: 8080 }],
        livenessProbe: {},
        env: [
          { name: "A", value: "1" },
          { name: "B", value: "2" },
        ],
        resources: { limits: { cpu: "1" }, cpuIdle: true },
        volumeMounts: [{ name: "cloudsql", mountPath: "/cloudsql" }],
      },
    ],
  };

  it("has the service's image, account, environment, sockets and network, and runs once", () => {
    const env = [{ name: "B", value: "3" }];
    expect(jobOf({ template, args: ["a"], labels: { l: "1" }, env, seconds: 60 })).to.deep.equal({
      labels: { l: "1" },
      template: {
        labels: { l: "1" },
        taskCount: 1,
        template: {
          serviceAccount: template.serviceAccount,
          volumes: template.volumes,
          vpcAccess: template.vpcAccess,
          maxRetries: 0,
          timeout: "60s",
          containers: [
            {
              image: "image@sha256:1",
              args: ["a"],
              env: [
                { name: "A", value: "1" },
                { name: "B", value: "3" },
              ],
              resources: { limits: { cpu: "1" } },
              volumeMounts: template.containers[0]?.volumeMounts,
            },
          ],
        },
      },
    });
  });
});

describe("the log of a management command", () => {
  it("is shown once, whatever comes late or twice, and without Google's own entries", async () => {
    const at = (second: number): string => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
    const entry = (insertId: string, second: number, of: Partial<LogEntry>): LogEntry => ({
      insertId,
      timestamp: at(second),
      ...of,
    });
    const answers: LogEntry[][] = [
      [entry("b", 2, { textPayload: "second" })],
      [entry("a", 1, { jsonPayload: { message: "late", severity: "INFO" } }), entry("b", 2, { textPayload: "second" })],
      [entry("c", 3, { jsonPayload: { count: 1 } }), entry("d", 4, {})],
      [],
    ];
    const asked: string[] = [];
    const google = {
      entries: ({ filter }: { filter: string }) => (asked.push(filter), Promise.resolve(answers.shift() ?? [])),
    } as unknown as Google;
    const lines: string[] = [];
    const follow = followerOf({
      google,
      execution: "projects/p/locations/l/jobs/j/executions/e",
      show: (line) => void lines.push(line),
    });
    expect([await follow(), await follow(), await follow(), await follow()]).to.deep.equal([true, true, true, false]);
    expect(lines).to.deep.equal(["second", "late", '{"count":1}']);
    expect(asked[0]).to.equal(
      'resource.type="cloud_run_job" AND resource.labels.job_name="j" AND labels."run.googleapis.com/execution_name"="e"',
    );
    expect(asked[3]).to.include('timestamp>="2025-12-31T23:59:04.000Z"');
  });
});
