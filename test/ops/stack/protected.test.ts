import assert from "node:assert/strict";
import { protectedProblems } from "../../../ops/stack/protected";

const urn = (name: string): string => `urn:pulumi:prod::fleet::gcp:sql/databaseInstance:DatabaseInstance::${name}`;
const resources = [
  { urn: urn("web"), type: "" },
  { urn: urn("postgres"), type: "", protect: true },
];
const told = (...args: string[]) => protectedProblems({ stack: "prod", args, state: { resources } });

describe("the destroy of a stack of Google Cloud", () => {
  it("is refused before it begins while something is protected: services would be gone, databases not", () => {
    const [problem] = told("destroy", "--yes");
    assert.match(problem?.message ?? "", /protected from deletion \(postgres\)/);
    assert.match(
      problem?.cure ?? "",
      /config set fleet:deletionProtection false --stack prod; FLEET_LIFT_PROTECTION_OF=prod \.\/fleet pulumi up --stack prod;/,
    );
  });

  it("goes on where nothing is, where nothing would be deleted, and with what a person has chosen", () => {
    assert.deepEqual(
      protectedProblems({ stack: "prod", args: ["destroy"], state: { resources: [resources[0]!] } }),
      [],
    );
    for (const chosen of ["--preview-only", "--help", "--exclude-protected", "--target", "--target=urn"])
      assert.deepEqual(told("destroy", chosen), [], chosen);
  });
});
