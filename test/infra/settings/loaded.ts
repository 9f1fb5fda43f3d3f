import { refuse } from "../../../infra/problems";
import { readSettings } from "../../../infra/settings/load";
import type { Settings } from "../../../infra/settings/schema";

/**
 * Reads and checks the running program's config.
 * @throws ProblemsError with every problem found.
 */
export const loadSettings = () => {
  const { settings, problems, ...rest } = readSettings();
  refuse(problems);
  return { settings: settings as Settings, ...rest };
};
