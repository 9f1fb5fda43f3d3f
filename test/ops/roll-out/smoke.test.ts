import { expect } from "chai";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { smoke, supply } from "../../../ops/roll-out/smoke";
import type { Trial } from "../../../ops/roll-out/trial";

type Answers = Record<string, number>;

/** Identities are given out on this machine alone, and so none is asked for. */
const NOBODY = { FLEET_IDENTITY_URL: "https://elsewhere.example/" };

describe("the smoke test of a new revision", () => {
  let server: Server;
  let asked: string[];
  /** By "host path", without the port; 200 where it is silent. */
  let answers: Answers;

  before(async () => {
    server = createServer(({ headers, url }, response) => {
      const what = `${headers.host?.split(":")[0]} ${url}`;
      asked.push(what);
      response.writeHead(answers[what] ?? 200).end("said");
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  });
  after(() => server.close());
  beforeEach(() => ([asked, answers] = [[], {}]));

  const trial = (): Trial => {
    const at = (host: string): string => `http://${host}.localhost:${(server.address() as AddressInfo).port}`;
    return {
      ...{ id: "leads/web", name: "web", resource: "projects/p/locations/l/services/web", healthPath: "/health/" },
      ...{ stable: "web-1", fresh: "web-2", uri: at("web"), at: { fresh: at("new---web"), stable: at("old---web") } },
    };
  };
  const said = (given: Answers = {}): Promise<string[]> => {
    answers = given;
    return smoke({ trial: trial(), env: NOBODY, patienceMs: 0 });
  };

  it("asks the new revision alone, at the address of its tag, though Node finds no such name", async () => {
    expect(await said()).to.deep.equal([]);
    expect(asked).to.deep.equal([
      "new---web.localhost /ready/",
      "new---web.localhost /health/",
      "new---web.localhost /",
    ]);
  });

  it("tells each answer that is wrong", async () => {
    expect(await said({ "new---web.localhost /ready/": 503, "new---web.localhost /": 500 })).to.deep.equal([
      "leads/web: /ready/ answered 503: said",
      "leads/web: / answered 500: said",
    ]);
    expect(await said({ "new---web.localhost /": 404 })).to.deep.equal([]);
  });

  it("wants no page of the new revision that the old one lacks too", async () => {
    expect(await said({ "new---web.localhost /ready/": 404, "old---web.localhost /ready/": 404 })).to.deep.equal([]);
    expect(await said({ "new---web.localhost /ready/": 404 })).to.deep.equal(["leads/web: /ready/ answered 404: said"]);
  });

  it("does not pass where the service is closed to whoever rolls out, and says what is missing", async () => {
    expect((await said({ "new---web.localhost /ready/": 403 })).join()).to.match(
      /nobody could ask it \(403\).*roles\/run\.invoker/,
    );
  });

  it("makes as many requests to each revision as are wanted", async () => {
    await supply({ trials: [trial()], count: 31, env: NOBODY });
    const count = (host: string): number => asked.filter((what) => what.startsWith(host)).length;
    expect([count("new---web"), count("old---web")]).to.deep.equal([31, 31]);
  });
});
