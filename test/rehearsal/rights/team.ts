import { readFileSync } from "node:fs";

/** The accounts of docs/team.md, by the workflow that uses each. */
export const ACCOUNTS = ["check.yml", "drift.yml", "deploy.yml"] as const;
export type Account = (typeof ACCOUNTS)[number];

/** A role that docs/team.md gives: a role of Google's, or a role of one's own that holds one permission. */
export type Right = {
  on: "project" | "bucket" | "key";
  role: string;
  condition?: string;
  /** The permission of a role of one's own. */
  permission?: string;
};

/** What each account may do, as docs/team.md says it: the test reads the document, so the document is what is tested. */
export const rightsIn = (text: string): Record<Account, Right[]> => {
  const rows = text.split("\n").filter((line) => line.startsWith("| "));
  const cells = rows.map((row) => row.split("|").map((cell) => cell.trim()));
  const own = (workflow: Account): string => cells.find((row) => row[3] === `\`${workflow}\``)?.[2] ?? "";
  const made = cells.slice(1 + cells.findIndex(([, first]) => first?.startsWith("what the program makes")));
  const below = (column: number): Right[] =>
    unique(made.flatMap((row) => quoted(row[column] ?? "").map((name) => rightNamed(name, text))));
  const preview = besides(own("check.yml"));
  return {
    "check.yml": preview,
    "drift.yml": [...(own("drift.yml").startsWith("the same, and") ? preview : []), ...below(3)],
    "deploy.yml": [...besides(own("deploy.yml")), ...below(2)],
  };
};

export const teamRights = (): Record<Account, Right[]> => rightsIn(readFileSync("docs/team.md", "utf8"));

const quoted = (cell: string): string[] => [...cell.matchAll(/`([\w.]+)`/g)].map(([, name = ""]) => name);

/** `storage.objectViewer` on the bucket, `cloudkms.cryptoKeyDecrypter` on the key */
const besides = (cell: string): Right[] =>
  [...cell.matchAll(/`([\w.]+)` on the (bucket|key)/g)].map(([, name = "", on]) => ({
    on: on as "bucket" | "key",
    role: `roles/${name}`,
  }));

/** A role on the project, with the condition that the document gives with it; a name of three parts is a permission. */
export const rightNamed = (name: string, text: string): Right => {
  if (name.split(".").length === 3)
    return { on: "project", role: `projects/<project>/roles/${name}`, permission: name };
  const role = `roles/${name}`;
  const condition = new RegExp(`--role=${role} [^]*?expression=([^"]*)"`).exec(text)?.[1];
  return { on: "project", role, ...(condition !== undefined && { condition }) };
};

const unique = (rights: readonly Right[]): Right[] => [...new Map(rights.map((right) => [right.role, right])).values()];

/** The arguments that a workflow gives to `npm run pulumi --`, without its stack and the policies. */
export const commandOf = (workflow: Account): string[] => {
  const written = readFileSync(`.github/workflows/${workflow}`, "utf8");
  // A roll-out's every step is such an update; what else it asks for docs/team.md says beside the table.
  if (written.includes("npm run --silent deploy -- prod --yes")) return ["up", "--yes", "--non-interactive"];
  const [, text = ""] = /npm run --silent pulumi -- ([^]*?)(?= --policy-pack| 2>&1|\n {4,8}- |$)/.exec(written) ?? [];
  return text.replace("--stack prod", "").replaceAll("'", "").trim().split(/\s+/);
};
