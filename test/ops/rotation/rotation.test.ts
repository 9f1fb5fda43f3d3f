import { expect } from "chai";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { connectSecrets } from "../../../ops/rotation/google";
import { askServices } from "../../../ops/rotation/health";
import { heldProblems, pendingProblem, rekeyedKey, secretProblems, unfinished } from "../../../ops/rotation/rules";
import { hasTwoUsers, isUsed, partsOf, usedVersions } from "../../../ops/rotation/versions";
import type { Resource } from "../../../ops/stack/checkpoint";

type Answer = { status: number; body: unknown };

/** Runs `use` against a server on loopback that answers as `answer` says; tells what it was asked. */
const withServer = async <T>(
  answer: (request: IncomingMessage) => Answer,
  use: (url: string) => Promise<T>,
): Promise<{ result: T; asked: string[]; tokens: (string | undefined)[] }> => {
  const asked: string[] = [];
  const tokens: (string | undefined)[] = [];
  const server: Server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    tokens.push(request.headers.authorization);
    const { status, body } = answer(request);
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    const { port } = server.address() as AddressInfo;
    return { result: await use(`http://127.0.0.1:${port}`), asked, tokens };
  } finally {
    server.close();
  }
};

const version = (secret: string, number: number, more: Partial<Resource> = {}): Resource => ({
  urn: `urn:pulumi:prod::fleet::fleet:gcp:Service$gcp:secretmanager/secretVersion:SecretVersion::${secret}`,
  type: "gcp:secretmanager/secretVersion:SecretVersion",
  outputs: { name: `projects/1/secrets/prod-${secret}/versions/${number}` },
  ...more,
});

describe("the versions that a stack uses", () => {
  it("are those of its state, without what an interrupted update left over", () => {
    const state = [version("key", 3), version("key", 2, { delete: true }), version("new", 1, { outputs: {} })];
    expect(usedVersions(state)).to.deep.equal([{ secret: "key", name: "projects/1/secrets/prod-key/versions/3" }]);
  });

  it("are told apart by number, not by text", () => {
    expect(partsOf("projects/1/secrets/key/versions/10")).to.deep.equal({
      secret: "projects/1/secrets/key",
      version: 10,
    });
  });

  it("belong to secrets of either user of a database", () => {
    const random = (name: string): Resource => ({
      urn: `urn:pulumi:prod::fleet::random:index/randomPassword:RandomPassword::${name}`,
      type: "random:index/randomPassword:RandomPassword",
    });
    expect(isUsed([random("a-database-password-b")], "a-database-password")).to.equal(true);
    expect(isUsed([random("a-database-password")], "b-database-password")).to.equal(false);
  });
});

describe("a rotation is refused", () => {
  const wanted = {
    ...{ secret: "leads-postgres-password", stack: "prod", isGiven: false, isUsed: true },
    known: ["leads-postgres-password", "leads-django-secret-key"],
  };
  const said = (change: Partial<typeof wanted>) => secretProblems({ ...wanted, ...change });

  it("of a name that no secret has, with the closest one", () => {
    const [problem] = said({ secret: "leads-postgres-pasword" });
    expect(problem?.message).to.include("Did you mean leads-postgres-password?");
  });

  it("of a value that somebody else gives, with the way to change it", () => {
    const [problem] = said({ isGiven: true });
    expect(problem?.cure).to.include(`config set --secret --path 'fleet:secrets["leads-postgres-password"]'`);
  });

  it("of what nothing uses", () => {
    expect(said({ isUsed: false })[0]?.message).to.include("used by nothing that runs in prod");
  });

  it("while a revision is kept that needs the versions before", () => {
    expect(heldProblems({ held: ["prod-leads-web"], stack: "prod" })[0]?.message).to.include("kept for prod-leads-web");
    expect(heldProblems({ held: [], stack: "prod" })).to.deep.equal([]);
  });

  it("where it would bring other changes along, with a way on after one that was cut off", () => {
    expect(pendingProblem("prod").cure).to.include("./fleet rotate --stack prod");
  });

  it("for no other reason", () => {
    expect(said({})).to.deep.equal([]);
  });
});

describe("the database user that rests after a rotation", () => {
  const random = (name: string): Resource => ({
    urn: `urn:pulumi:prod::fleet::random:index/randomPassword:RandomPassword::${name}`,
    type: "random:index/randomPassword:RandomPassword",
  });
  const state = ["a-password", "a-password-b", "b-password", "b-password-b", "django-key"].map(random);
  const left = (rotations: Record<string, number>, rekeyed: Record<string, number>) =>
    unfinished({ rotations, rekeyed, hasTwoUsers: (secret) => hasTwoUsers(state, secret) });

  it("gets another password after each rotation, also one of before that was recorded", () => {
    expect(left({ "a-password": 1, "b-password": 3 }, { "b-password": 2 })).to.deep.equal([
      ["a-password", 1],
      ["b-password", 3],
    ]);
  });

  it("is left alone where the rotation is finished, taken back, or of a secret that no user has", () => {
    const rotations = { "a-password": 2, "b-password": 0, "django-key": 4 };
    expect(left(rotations, { "a-password": 2 })).to.deep.equal([]);
  });

  it("is counted in the stack's config", () => {
    expect(rekeyedKey("a-password")).to.equal('fleet:rekeyed["a-password"]');
  });
});

describe("Secret Manager after a rotation", () => {
  const secret = "projects/1/secrets/key";
  const pages: Record<string, unknown> = {
    [`/v1/${secret}/versions?pageSize=250`]: {
      versions: [
        { name: `${secret}/versions/11`, state: "ENABLED" },
        { name: `${secret}/versions/10`, state: "ENABLED" },
        { name: `${secret}/versions/9`, state: "DISABLED" },
      ],
      nextPageToken: "a&b",
    },
    [`/v1/${secret}/versions?pageSize=250&pageToken=a%26b`]: {
      versions: [
        { name: `${secret}/versions/2`, state: "ENABLED" },
        { name: `${secret}/versions/1`, state: "DESTROYED" },
      ],
    },
  };

  it("has no enabled version older than the one in use, and keeps newer ones", async () => {
    const { result, asked, tokens } = await withServer(
      ({ url = "", method }) => ({ status: 200, body: method === "POST" ? {} : pages[url] }),
      (url) =>
        connectSecrets({
          accessToken: "t",
          env: { GOOGLE_SECRET_MANAGER_CUSTOM_ENDPOINT: `${url}/v1/` },
        }).disableOlderThan(`${secret}/versions/10`),
    );
    expect(result).to.deep.equal([`${secret}/versions/2`]);
    expect(asked.filter((line) => line.startsWith("POST"))).to.deep.equal([`POST /v1/${secret}/versions/2:disable`]);
    expect(new Set(tokens)).to.deep.equal(new Set(["Bearer t"]));
  });

  it("says what Google says when it refuses", async () => {
    const refusing = withServer(
      () => ({ status: 403, body: { error: { message: "Permission denied" } } }),
      (url) =>
        connectSecrets({
          accessToken: "t",
          env: { GOOGLE_SECRET_MANAGER_CUSTOM_ENDPOINT: url },
        }).disableOlderThan(`${secret}/versions/2`),
    );
    expect(await refusing.catch((error: Error) => error.message)).to.match(/answered 403: .*Permission denied/);
  });
});

describe("services after a rotation", () => {
  const ask = (status: number, patienceMs = 0) =>
    withServer(
      () => ({ status, body: { checks: { default: "FAILED" } } }),
      (url) => askServices({ urls: [url], env: {}, patienceMs }),
    );

  it("are asked where they look at their databases", async () => {
    const { result, asked } = await ask(200);
    expect(asked).to.deep.equal(["GET /ready/"]);
    expect(result[0]?.outcome).to.equal("ready");
  });

  it("are not ready without their database, and say why", async () => {
    const [answer] = (await ask(503)).result;
    expect(answer?.outcome).to.equal("failing");
    expect(answer?.detail).to.include("503").and.include("FAILED");
  });

  it("are closed to who may not call them: that is no good answer", async () => {
    expect((await ask(403)).result[0]?.outcome).to.equal("closed");
  });

  it("are told who asks, by the identity that a rehearsal gives out", async () => {
    const env = { GOOGLE_OAUTH_ACCESS_TOKEN: "of-the-rehearsal" };
    const { asked, tokens } = await withServer(
      ({ url = "" }) => ({ status: 200, body: url.startsWith("/token") ? { token: "me" } : {} }),
      (url) =>
        askServices({ urls: [url], env: { ...env, FLEET_IDENTITY_URL: `${url}/token?audience=` }, patienceMs: 0 }),
    );
    expect(asked[0]).to.match(/^GET \/token\?audience=http%3A%2F%2F127\.0\.0\.1%3A\d+$/);
    expect(tokens[0]).to.equal("Bearer of-the-rehearsal");
    expect([asked[1], tokens[1]]).to.deep.equal(["GET /ready/", "Bearer me"]);
  });

  it("get time to become ready", async () => {
    let tries = 0;
    const { result } = await withServer(
      () => ({ status: ++tries > 1 ? 200 : 503, body: {} }),
      (url) => askServices({ urls: [url], env: {}, patienceMs: 60_000 }),
    );
    expect(result[0]?.outcome).to.equal("ready");
    expect(tries).to.equal(2);
  });

  it("that are not there fail", async () => {
    expect((await askServices({ urls: ["http://127.0.0.1:9"], env: {}, patienceMs: 0 }))[0]?.outcome).to.equal(
      "failing",
    );
  });
});
