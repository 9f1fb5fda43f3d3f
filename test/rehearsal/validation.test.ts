import { expect } from "chai";
import { readdirSync } from "node:fs";
import { loadDocument } from "../../rehearsal/discovery/documents";
import { findRoute, routesOf } from "../../rehearsal/discovery/routes";
import { Schemas } from "../../rehearsal/discovery/schemas";
import { checkRequest } from "../../rehearsal/discovery/validate";
import { PROJECT, TestCloud } from "./cloud";
import type { Example } from "./requests/example";
import { right } from "./requests/right";
import { wrong } from "./requests/wrong";

const documents = readdirSync("rehearsal/discovery/documents").map((file) => {
  const [name = "", version = ""] = file.split(".");
  return loadDocument(name, version);
});
const schemas = new Map(documents.map((document) => [document, new Schemas(document)]));

/** What is said of a request, whether or not the rehearsal does what it asks. */
const violationsOf = ({ ask, body }: Example): string[] => {
  const [api, verb = "", url = ""] = ask.split(" ");
  const [path = "", query = ""] = url.split("?");
  const match = findRoute(routesOf(documents.filter(({ name }) => name === api)), verb, path);
  if (!match) throw new Error(`no method takes ${ask}`);
  // As it comes over the wire.
  const sent: unknown = body === undefined ? undefined : JSON.parse(JSON.stringify(body));
  const { violations } = checkRequest({
    schemas: schemas.get(match.document)!,
    match,
    query: new URLSearchParams(query),
    body: sent,
  });
  return violations.map(({ description }) => description);
};

describe("requests against Google's descriptions", () => {
  it("has examples of both kinds for every API", () => {
    const asked = (examples: readonly Example[]): string[] => [
      ...new Set(examples.map(({ ask }) => ask.split(" ")[0]!)),
    ];
    const names = [...new Set(documents.map(({ name }) => name))];
    expect(asked(right)).to.have.members(names);
    expect(asked(wrong)).to.have.members(names);
  });

  for (const example of right)
    it(`takes ${example.what} (${example.from})`, () => {
      expect(violationsOf(example)).to.deep.equal([]);
    });

  for (const example of wrong)
    it(`refuses ${example.what}`, () => {
      const violations = violationsOf(example);
      expect(violations.join("\n")).to.match(example.wrong as RegExp);
      // Nothing that is right beside it is called wrong.
      expect(violations).to.have.length(example.count ?? 1);
    });

  for (const document of documents)
    it(`compiles every schema and finds every method of ${document.name} ${document.version}`, () => {
      const own = schemas.get(document)!;
      for (const name of Object.keys(document.schemas))
        for (const reading of ["create", "update", "answer"] as const) own.validator(name, reading);
      expect(routesOf([document])).to.have.length(document.methods.length);
    });
});

describe("an answer to a wrong request", () => {
  const cloud = new TestCloud(32050);
  before(() => cloud.open());
  after(() => cloud.remove());

  it("has Google's shape, is listed, and does nothing", async () => {
    cloud.enable("secretmanager");
    const ask = `secretmanager/v1/projects/${PROJECT}/secrets`;
    const { status, body } = await cloud.ask(`POST ${ask}?secretId=key`, {
      replication: { automatic: {} },
      lables: {},
    });
    const description = `Invalid JSON payload received. Unknown name "lables" at 'secret': Cannot find field.`;
    expect(status).to.equal(400);
    expect(body).to.deep.equal({
      error: {
        code: 400,
        message: description,
        status: "INVALID_ARGUMENT",
        details: [
          { "@type": "type.googleapis.com/google.rpc.BadRequest", fieldViolations: [{ field: "secret", description }] },
        ],
      },
    });
    expect(cloud.rehearsal.report.summary().violations.map(({ violations }) => violations)).to.deep.equal([
      [description],
    ]);
    expect(await cloud.must(`GET ${ask}`)).to.deep.equal({});
  });

  it("says what is no JSON", async () => {
    const { status, body } = await cloud.ask(
      `POST secretmanager/v1/projects/${PROJECT}/secrets?secretId=key`,
      "{nonsense",
    );
    expect([status, body.error.status]).to.deep.equal([400, "INVALID_ARGUMENT"]);
    expect(body.error.message).to.match(/^Invalid JSON payload received\. /);
  });
});
