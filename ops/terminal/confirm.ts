import { once } from "node:events";
import { createInterface } from "node:readline";
import { refuseWith } from "../../infra/problems";

type Question = {
  /** `replaces the data of ...` */
  what: string;
  word: string;
  yes: boolean;
};

/**
 * Asks a person to type a word before an irreversible step; `yes` skips the question.
 * @throws ProblemsError for any other answer, before anything is touched.
 */
export const confirm = async ({ what, word, yes }: Question): Promise<void> => {
  if (yes) return;
  process.stderr.write(`This ${what}.\nType ${word} to go on: `);
  const lines = createInterface({ input: process.stdin });
  const [answer] = (await Promise.race([once(lines, "line"), once(lines, "close")])) as [string?];
  lines.close();
  process.stdin.destroy();
  if (answer?.trim() === word) return;
  process.stderr.write("\n");
  refuseWith({
    path: "--yes",
    message: `${answer === undefined ? "nothing was typed" : `"${answer.trim()}" is not ${word}`}`,
    cure: `type ${word} when asked, or add --yes`,
  });
};
