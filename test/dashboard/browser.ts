import axe from "axe-core";
import { chromium, type Browser, type Page } from "playwright-core";
import { ensureBrowser } from "./chromium";
import { tell } from "../../ops/terminal/phase";

/** A real browser without a screen. Chromium's own sandbox cannot be had as root, and the page is ours. */
export const openBrowser = async (args: readonly string[] = []): Promise<Browser> =>
  chromium.launch({
    executablePath: await ensureBrowser(tell("browser")),
    args: [...args, ...(process.getuid?.() === 0 ? ["--no-sandbox"] : [])],
  });

/** What axe finds wrong with the page for people who use it otherwise than by sight and mouse, contrast included. */
export const accessibilityProblems = async (page: Page): Promise<string[]> => {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<axe.AxeResults>("axe.run()");
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} ${target.join(" ")}: ${failureSummary}`),
  );
};
