import { existsSync } from "node:fs";
import path from "node:path";
import { quoted } from "../../infra/cures";
import type { LocalPlan } from "../../infra/plan/plan";
import { when, type Problem } from "../../infra/problems";
import { git, refusalOf } from "../../infra/targets/git";
import { hostFolderProblems, modeProblems } from "../../infra/targets/local/mounts";

type Looking = { root: string; plan: LocalPlan | undefined };

/** The problems of the checkout itself: where it lies, its owner, its modes and its line endings. Changes nothing. */
export const checkoutProblems = ({ root, plan }: Looking): Problem[] => [
  ...hostFolderProblems(process.env),
  ...ownerProblems(root),
  ...(plan ? modeProblems({ plan, servicesFolder: path.join(root, "services") }) : []),
];

/** Git's own refusal of another owner's checkout, or the endings of files that it tracks as text. */
const ownerProblems = (root: string): Problem[] => {
  // A copy without history is another matter: what needs git says so.
  if (!existsSync(path.join(root, ".git"))) return [];
  try {
    return endingProblems(root);
  } catch (error) {
    const { said, cure } = refusalOf(error, root);
    const message = `git refuses to look at the checkout: ${said}`;
    return [{ path: root, message, cure: cure ?? "git status in that folder shows why; mend it, then run this again" }];
  }
};

/** Files that lie here with Windows' endings: a shell in a container cannot run them, and their images' hashes differ. */
const endingProblems = (root: string): Problem[] => {
  const wrong = git(root, "ls-files", "--eol", "-z")
    .split("\0")
    .filter((line) => /^i\/\S+ +w\/(crlf|mixed) /.test(line))
    .map((line) => line.slice(line.indexOf("\t") + 1));
  return when(wrong.length > 0, {
    path: root,
    message: `${wrong.length} of its files have Windows' line endings (${wrong.slice(0, 3).join(", ")}${wrong.length > 3 ? ", ..." : ""}), which no shell in a container reads`,
    cure: `cd ${quoted(root)} && git grep -lIz "$(printf '\\r')" | xargs -0 perl -pi -e 's/\\r$//'`,
  });
};
