import { expect } from "chai";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { walk } from "../../demo/walk";

describe("the demo", () => {
  let server: Server;
  const broken: string[] = [];
  before((done) => {
    server = createServer((request, response) => {
      broken.push(`${request.method} ${request.url}`);
      response.writeHead(500, { "content-type": "application/json" }).end('{"error": {"code": "server_error"}}');
    }).listen(0, "127.0.0.1", done);
  });
  after(() => server.close());

  const tell = async (url: string) => {
    const lines: string[] = [];
    const services = [{ system: "meet", service: "web", kind: "web", container: "meet_nowhere_web", url }];
    const counts = await walk({
      services,
      accessTo: (service) => Promise.resolve({ url: service.url ?? "" }),
      tokenOf: () => Promise.resolve("none"),
      print: (line) => lines.push(line),
    });
    return { ...counts, story: lines.join("\n") };
  };
  const address = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  it("shows what was asked and answered where a step fails, and ends that chapter", async () => {
    const { steps, failures, story } = await tell(address());
    expect([steps, failures]).to.deep.equal([1, 1]);
    expect(broken).to.deep.equal(["POST /api/v1/meetings/"]);
    expect(story).to.include("✗ a meeting is planned: the status is 500, not 201");
    expect(story).to.include(`POST ${address()}/api/v1/meetings/ -> 500 {"error":{"code":"server_error"}}`);
  });

  it("says why nothing answers", async () => {
    const { failures, story } = await tell("http://127.0.0.1:9");
    expect(failures).to.equal(1);
    expect(story).to.match(/✗ a meeting is planned: .*(ECONNREFUSED|bad port)/);
  });

  it("names the systems that the stack does not have, and fails none of them", async () => {
    const { story } = await tell(address());
    expect(story).to.include("Booking: a table for four: not in this stack (booking/usuarios, booking/reservas)");
    expect(story.match(/✗/g)).to.have.length(1);
  });
});
