import { expect } from "chai";
import { readFileSync } from "node:fs";
import { catalogue } from "../../infra/catalogue";
import { catalogueProblems } from "../../infra/catalogue/rules";
import { notes } from "../fixtures/seventh-service/catalogue";
import { cloudSettings, makePlan } from "../infra/example";
import { catalogueFile, FIXTURE, NAME } from "../seventh-service";

const page = readFileSync("docs/services.md", "utf8");

const listOf = (file: string, name: string): string[] => {
  const list = new RegExp(`^${name} = \\[\\n([^\\]]*(?:\\][^\\n][^\\]]*)*)^\\]$`, "m").exec(
    readFileSync(file, "utf8"),
  )?.[1];
  if (list === undefined) throw new Error(`${file} has no list ${name}`);
  return list.trim().split("\n");
};

describe("docs/services.md", () => {
  it("shows the catalogue file of the service that it tells how to add", () => {
    expect(page).to.include(`\`\`\`ts\n${catalogueFile()}\`\`\``);
  });

  it("names the folder to copy", () => {
    expect(page).to.include(`cp -r ${FIXTURE}/${NAME} services/`);
  });
});

describe("the service to copy", () => {
  it("breaks no rule beside the systems that there are", () => {
    expect(catalogueProblems({ ...catalogue, notes })).to.deep.equal([]);
  });

  it("is taken by the cloud with default settings", () => {
    const plan = makePlan({ ...catalogue, notes }, { ...cloudSettings, systems: [NAME] });
    expect([...plan.services.keys()]).to.deep.equal(["notes/migrate", "notes/web"]);
  });

  it("depends on what usuarios depends on, whose locks its test borrows", () => {
    for (const list of ["dependencies", "dev", "test"])
      expect(listOf(`${FIXTURE}/${NAME}/pyproject.toml`, list), list).to.deep.equal(
        listOf("services/usuarios/pyproject.toml", list),
      );
  });
});
