import { execFile } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import type { Plan } from "../../infra/plan/plan";
import { hasOtherMigrations } from "../django/migrations/base-code";
import { testsInWords, type Tests } from "../django/migrations/review";
import type { Place } from "../rehearsal/place";
import { stackOf } from "../stack/stack";
import type { Base } from "./base";

/** How the base's own tests of a service ("leads/web") do on the schema of this checkout; `why` where nobody could try. */
export type BaseTests = { service: string; tests: Tests }[] | { why: string };

const run = promisify(execFile);

/**
 * Runs the base's tests on this checkout's schema, for the services with other migrations: production's images have none, so a
 * stack for development is made for it, and taken away.
 */
export const testBase = async (of: { base: Base; plan: Plan; place: Place }): Promise<BaseTests> => {
  const { base, plan, place } = of;
  const changed = [...plan.services.values()].filter(
    (service) =>
      service.kind === "job" && service.rerunOn === "migrations" && hasOtherMigrations(base.commit, service.image),
  );
  if (changed.length === 0) return [];
  const stack = `${place.stack.name}-tests`;
  const { folder, configFile } = stackOf(stack);
  const mark = path.join(folder, "base-tests");
  if (existsSync(configFile) && !existsSync(mark))
    return {
      why: `a stack ${stack} is there, and it is somebody's; take it away, or rehearse under another name (--stack)`,
    };
  mkdirSync(folder, { recursive: true });
  writeFileSync(mark, "The tests of a change's base run here; what it holds may be removed.\n");
  const fleet = async (...args: string[]): Promise<string> => {
    const asked = run(process.execPath, ["ops/fleet.cjs", ...args, "--stack", stack], { maxBuffer: 64 << 20 });
    // With 1 it tells that tests fail.
    const { stdout } = await asked.catch((error: { code: number; stdout: string; stderr: string }) => {
      if (error.code === 1 && error.stdout.startsWith("[")) return error;
      throw new Error(`fleet ${args[0]}: ${error.stderr.trim().split("\n").at(-1) ?? ""}`);
    });
    return stdout;
  };
  const systems = JSON.stringify([...new Set(changed.map(({ system }) => system))]);
  try {
    await fleet("up", "--config", `fleet:systems=${systems}`);
    return JSON.parse(await fleet("migrate", "--from", base.commit, "--json")) as { service: string; tests: Tests }[];
  } catch (error) {
    return { why: (error as Error).message };
  } finally {
    await fleet("down", "--remove-data-of", stack).catch(() => undefined);
  }
};

/** What is said of them. */
export const testLines = (tests: BaseTests | undefined, ref: string): string[] => {
  if (tests === undefined) return [];
  if ("why" in tests) return [`not judged: the tests of ${ref}, for no stack could be made for them: ${tests.why}`];
  return tests.map((each) => `${each.service}: ${testsInWords({ ...each.tests, ref })}`);
};
