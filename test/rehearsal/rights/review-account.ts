import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Entry } from "../../../rehearsal/report";
import type { Demand } from "../../../rehearsal/rights/demands";
import { giveMember } from "./accounts";
import { rightNamed, type Right } from "./team";

/** The project of a rehearsed review-base. */
export const REVIEW_PROJECT = "fleet-review-base";
export const REVIEW_ACCOUNT = `fleet-review@${REVIEW_PROJECT}.iam.gserviceaccount.com`;

export const REVIEW_COMMANDS = ["up", "list", "close", "sweep"] as const;
export type ReviewCommand = (typeof REVIEW_COMMANDS)[number];

/** A request of a command, and the permissions that it needed. */
export type ReviewRequest = { method: string; verb: string; path: string; demands: Demand[] };

/** Every different request of each command, in the order of the first of each. */
export type ReviewRecording = { date: string; what: string; commands: Record<ReviewCommand, ReviewRequest[]> };

/** What the list in docs/team.md gives the account: `role` at the beginning of an item, and a custom role's permission within one. */
export const reviewRightsIn = (text: string): Right[] => {
  const [, section = ""] = /^## Reviews of pull requests\n([^]*?)^## /m.exec(text) ?? [];
  const items = section.split("\n").filter((line) => line.startsWith("- `"));
  return items.flatMap((item) => {
    const [given = ""] = item.split(": ");
    const [, on = "project"] = / on the (bucket|key)/.exec(given) ?? [];
    return [...given.matchAll(/`([\w.]+)`/g)].map(([, name = ""]) => ({
      ...rightNamed(name, text),
      on: on as Right["on"],
    }));
  });
};

export const reviewRights = (): Right[] => reviewRightsIn(readFileSync("docs/team.md", "utf8"));

type GivingReview = { post: (path: string, body: object) => Promise<unknown>; project: string };

/** Makes the account's own roles in a project and gives it all that docs/team.md says there, as the owner does. */
export const giveReviewRights = async ({ post, project }: GivingReview): Promise<void> => {
  const rights = reviewRights();
  for (const { permission } of rights)
    if (permission !== undefined) {
      const role = { title: permission, includedPermissions: [permission] };
      await post(`iam/v1/projects/${project}/roles`, { roleId: permission, role });
    }
  await giveMember({ post, project, email: REVIEW_ACCOUNT, rights });
};

const FILE = join(import.meta.dirname, "reviews.json");

export const readReviewRecording = (): ReviewRecording => JSON.parse(readFileSync(FILE, "utf8")) as ReviewRecording;

/** The requests of a report that ask for a permission. */
export const requestsIn = (entries: readonly Entry[]): ReviewRequest[] =>
  entries.flatMap(({ method, verb, path, api, demands }) =>
    demands === undefined ? [] : [{ method: method ?? `${api} ${verb}`, verb, path, demands }],
  );

export const writeReviewRecording = ({ date, what, commands }: ReviewRecording): void => {
  const lines = Object.entries(commands).map(
    ([command, all]) =>
      `"${command}": [\n${different(all)
        .map((one) => JSON.stringify(one))
        .join(",\n")}\n]`,
  );
  writeFileSync(FILE, `{ "date": "${date}", "what": "${what}", "commands": {\n${lines.join(",\n")}\n} }\n`);
};

/** The first of those that differ in names alone: the account's roles are the project's, and so count for every name in it. */
const different = (requests: readonly ReviewRequest[]): ReviewRequest[] => {
  const kinds = requests.map(kindOf);
  return requests.filter((one, index) => kinds.indexOf(kindOf(one)) === index);
};

const kindOf = ({ method, demands }: ReviewRequest): string =>
  [method, ...demands.map(({ permission }) => permission)].join(" ");
