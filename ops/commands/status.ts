import { columns, duration } from "../terminal/columns";
import { withExitCode, withStack, type Register } from "../terminal/command-line";
import { STARTING } from "../stack/health";
import { openStack } from "../stack/running";
import { command, stackOf } from "../stack/stack";
import { statusOf, type Status } from "../status/rows";

export const register: Register = (program) => {
  withStack(program.command("status"))
    .alias("ps")
    .description(
      "show what runs: health, address, ports, image, uptime, last migration; exit code 1 when a part is unhealthy",
    )
    .option("--json", "as JSON")
    .action(withExitCode(status));
};

/** Shows what runs of a stack, in less than a second. */
export const status = async ({ stack, json = false }: { stack: string; json?: boolean }): Promise<number> => {
  const found = await statusOf(await openStack(stack));
  process.stdout.write(`${json ? JSON.stringify(found, null, 2) : text(found, new Date())}\n`);
  return found.parts.every(({ isHealthy, health }) => isHealthy || health === STARTING) ? 0 : 1;
};

const noteOn = ({ stack, plan }: Pick<Status, "stack" | "plan">): string[] => {
  const start = command("start", stackOf(stack));
  switch (plan) {
    case "applied":
      return [];
    case "unfinished":
      return [`The last update did not finish: parts may be as they were before it. To finish it: ${start}`];
    case "unknown":
      return [`No plan that can be read is recorded with it: its databases are not known. To record it: ${start}`];
  }
};

/** For people: the parts, then the databases' last migrations. */
export const text = ({ stack, plan, parts, migrations }: Status, now: Date): string => {
  const rows = parts.map(({ system, name, kind, health, url, ports, startedAt, image }) => [
    system,
    name,
    kind,
    health,
    url ?? (ports.join(" ") || "-"),
    startedAt === undefined ? "-" : duration((now.getTime() - Date.parse(startedAt)) / 1000),
    image,
  ]);
  const last = migrations.map(({ system, database, name, at }) => [system, database, name, at.slice(0, 19)]);
  return [
    columns([["SYSTEM", "PART", "KIND", "HEALTH", "ADDRESS", "UP", "IMAGE"], ...rows]),
    ...(last.length > 0 ? ["", columns([["SYSTEM", "DATABASE", "LAST MIGRATION", "AT"], ...last])] : []),
    "",
    `stack ${stack}: ${parts.filter(({ isHealthy }) => isHealthy).length} of ${parts.length} well`,
    ...noteOn({ stack, plan }),
  ].join("\n");
};
