import { existsSync } from "node:fs";
import { refuseWith } from "../../infra/problems";
import { aptInstall, canInstall } from "../../ops/start/apt";
import type { Report } from "../../ops/terminal/phase";

/** Where Chromium and its kin are found, the ones of distributions first. */
const PLACES = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/**
 * A Chromium for tests: FLEET_BROWSER, one that is installed or, on Debian as root, one that is installed now.
 * @throws ProblemsError where there is none and none can be installed.
 */
export const ensureBrowser = async (report: Report): Promise<string> => {
  const found = browserIn({ env: process.env, exists: existsSync });
  if (found !== undefined) return found;
  if (!canInstall()) refuseWith(absent);
  report("no Chromium here: installing it with apt-get");
  await aptInstall({ name: "chromium", what: "Chromium", report });
  return PLACES[0] as string;
};

export const browserIn = ({
  env,
  exists,
}: {
  env: NodeJS.ProcessEnv;
  exists: (file: string) => boolean;
}): string | undefined => env.FLEET_BROWSER || PLACES.find(exists);

const absent = {
  path: "Chromium",
  message: `the tests of the dashboard need it, and none is at ${PLACES.join(", ")}`,
  cure: "install Chromium or Chrome, or name one: FLEET_BROWSER=/path/to/chrome ./fleet test",
};
