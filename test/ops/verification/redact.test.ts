import { expect } from "chai";
import { redactorOf } from "../../../ops/verification/redact";

const project = { id: "my-shop-4711", number: "123456789012" };

describe("the redaction of a record", () => {
  const redactor = redactorOf(project);

  it("puts placeholders of the same form in the place of the project, wherever it stands", () => {
    expect(
      redactor.text("projects/my-shop-4711/x web-123456789012.run.app a@my-shop-4711.iam.gserviceaccount.com"),
    ).to.equal("projects/redacted-project/x web-100000000000.run.app a@redacted-project.iam.gserviceaccount.com");
    expect(redactor.json({ "my-shop-4711": ["projects/123456789012"] })).to.deep.equal({
      "redacted-project": ["projects/100000000000"],
    });
  });

  it("gives each person one placeholder, and leaves accounts of services and made-up people", () => {
    const told = redactor.json({
      members: ["user:ana@shop.example.org", "user:bo@shop.example.org", "user:ana@shop.example.org"],
      others: ["123456789012-compute@developer.gserviceaccount.com", "owner@example.com"],
    });
    expect(told).to.deep.equal({
      members: ["user:person-1@example.com", "user:person-2@example.com", "user:person-1@example.com"],
      others: ["100000000000-compute@developer.gserviceaccount.com", "owner@example.com"],
    });
  });

  it("hides secrets, tokens and machines, whatever is around them", () => {
    const told = redactor.json({
      payload: { data: "aHVzaA==" },
      user: { name: "reservas", password: "hush" },
      settings: { rootPassword: "hush", ipAddresses: [{ ipAddress: "34.1.2.3", type: "PRIMARY" }] },
      message: "the token ya29.a0Hush-hush was refused from 34.1.2.3, not from 127.0.0.1",
      identity: "eyJhbGciOi.eyJhdWQi.c2ln",
      // Nothing secret, though it has such a name.
      data: [{ password: "" }],
    });
    expect(told).to.deep.equal({
      payload: { data: "cmVkYWN0ZWQ=" },
      user: { name: "reservas", password: "redacted" },
      settings: { rootPassword: "redacted", ipAddresses: [{ ipAddress: "192.0.2.1", type: "PRIMARY" }] },
      message: "the token redacted was refused from 192.0.2.1, not from 127.0.0.1",
      identity: "redacted",
      data: [{ password: "" }],
    });
  });
});
