import { expect } from "chai";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { curedBy } from "../../infra/cures";
import { secretProblems } from "../../ops/rotation/rules";

/** Ways to give a secret as an argument: it would stay in the shell's history, and every list of processes shows it. */
const ARGUMENTS: [what: string, pattern: RegExp][] = [
  ["a value behind `config set --secret`", /config set --secret\b.*(<value>|--path '[^']*' (?!--stack))/],
  ["a password option", /--password[= ](?!stdin\b)["'$<\w]/],
  ["redis-cli's password option", /redis-cli\b[^|;\n]* (-a|--pass)\b/],
  ["a MariaDB password option", /\b(mariadb|mysql|mariadb-dump|mysqldump)\b [^|;\n]*\s-p["'$\w]/],
  ["a variable with a value", /\bexec\b.* -e \w*(PASSWORD|SECRET|TOKEN|PWD)\w*=/],
  ["a password in an address", /\b(curl|psql|pg_dump|redis-cli)\b.*:\/\/[^\s:/]+:[^\s@]+@/],
  ["a token in a header", /\bcurl\b.*(-H|--header) .*(Bearer|[Tt]oken:)/],
];

const committed = (): string[] =>
  execFileSync("git", ["ls-files"], { encoding: "utf8" })
    .split("\n")
    .filter((file) => /(\.(ts|cjs|mjs|md|ya?ml|sh)|Makefile|Dockerfile|fleet)$/.test(file))
    // The policies name such words to find them.
    .filter((file) => !/^(test|policy\/rules|services\/\w+\/tests)\//.test(file) && existsSync(file));

describe("a command line", () => {
  it("never carries a secret, in what is documented, printed or run", () => {
    const found = committed().flatMap((file) =>
      readFileSync(file, "utf8")
        .split("\n")
        .flatMap((line, index) =>
          ARGUMENTS.filter(([, pattern]) => pattern.test(line)).map(([what]) => `${file}:${index + 1}: ${what}`),
        ),
    );
    expect(found).to.deep.equal([]);
  });

  it("that cures a secret's value leaves it out, so that the CLI asks", () => {
    const end = /config set --secret --path 'fleet:secrets\["a"\]' --stack prod$/;
    expect(curedBy({ stack: "prod", key: "fleet:secrets", at: "a", secret: true }).cure).to.match(end);
    expect(curedBy({ stack: "prod", key: "fleet:secrets", at: "a", value: "s3", secret: true }).cure).to.match(end);
    const [problem] = secretProblems({ secret: "a", stack: "prod", known: ["a"], isGiven: true, isUsed: true });
    expect(problem?.cure).to.include(`--path 'fleet:secrets["a"]' --stack prod (it asks for the new value)`);
  });

  for (const [line, isFound] of [
    [`./fleet pulumi config set --secret --path 'fleet:secrets["a"]' <value> --stack dev`, true],
    [`./fleet pulumi config set --secret --path 'fleet:secrets["a"]' --stack dev`, false],
    ["docker exec db redis-cli -a hunter2 ping", true],
    ["docker login --password-stdin", false],
    ["docker login --password hunter2", true],
    ["mariadb -u root -phunter2", true],
    ["mariadb -h 127.0.0.1 -u root", false],
  ] as const)
    it(`is told from one that carries none: ${line}`, () =>
      expect(ARGUMENTS.some(([, pattern]) => pattern.test(line))).to.equal(isFound));
});
