import { expect } from "chai";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe as inWords } from "../../../infra/problems";
import { egressProblems, egressSecrets, writeEgress } from "../../../infra/targets/egress";

const PEM = "-----BEGIN CERTIFICATE-----\nMA==\n-----END CERTIFICATE-----\n";

describe("this machine's way to the internet (M12)", () => {
  const root = process.cwd();
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "fleet-egress-"));
    process.chdir(folder);
  });
  afterEach(() => {
    process.chdir(root);
    rmSync(folder, { recursive: true });
  });
  const written = (): string[] => egressSecrets.map(({ src }) => readFileSync(src, "utf8"));

  it("is written for builds and containers, whichever case a name is in", () => {
    writeFileSync("office.pem", PEM);
    const env = {
      https_proxy: "http://ana:secret@proxy.example:3128",
      NO_PROXY: ".example",
      SSL_CERT_FILE: "office.pem",
    };
    expect(egressProblems(env)).to.deep.equal([]);
    expect(writeEgress(env)).to.deep.equal([]);
    expect(written()).to.deep.equal([`HTTPS_PROXY=http://ana:secret@proxy.example:3128\nNO_PROXY=.example\n`, PEM]);
  });

  it("is empty where the environment names nothing, and does not stay from before", () => {
    writeEgress({ HTTPS_PROXY: "http://proxy.example:3128" });
    writeEgress({ HTTPS_PROXY: "" });
    expect(written()).to.deep.equal(["", ""]);
  });

  for (const proxy of ["http://127.0.0.1:3128", "localhost:3128"])
    it(`leaves out a proxy that no container reaches, and says so: ${proxy}`, () => {
      expect(writeEgress({ HTTPS_PROXY: proxy, HTTP_PROXY: "http://proxy.example" })).to.deep.equal([
        `HTTPS_PROXY=${proxy}`,
      ]);
      expect(written()[0]).to.equal("HTTP_PROXY=http://proxy.example\n");
    });

  it("tells no log-in of a proxy that it leaves out", () => {
    expect(writeEgress({ HTTPS_PROXY: "http://ana:secret@127.0.0.1:3128" })).to.deep.equal([
      "HTTPS_PROXY=http://***@127.0.0.1:3128",
    ]);
  });

  it("is refused with a cure where the file of authorities is none", () => {
    writeFileSync("empty.pem", "");
    writeFileSync("large.pem", PEM.repeat(10_000));
    const said = ["nowhere.pem", "empty.pem", "large.pem"].map((file) =>
      egressProblems({ SSL_CERT_FILE: file }).map(inWords).join(),
    );
    const words = [/it cannot be read/, /it holds no certificate/, /it is too large/];
    words.forEach((word, index) =>
      expect(said[index])
        .to.match(word)
        .and.match(/cure: export SSL_CERT_FILE=/),
    );
  });
});
