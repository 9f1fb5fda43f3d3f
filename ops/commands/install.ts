import { Argument } from "commander";
import { captureOneOff } from "../django/one-off";
import { codePartOf, type CodePart } from "../django/code";
import { withExitCode, withStack, type Register } from "../terminal/command-line";
import { openStack, type RunningStack } from "../stack/running";
import { start } from "./start";

const LAYERS = ["base", "dev", "test"] as const;
type Layer = (typeof LAYERS)[number];

export const register: Register = (program) => {
  withStack(program.command("install"))
    .description("make sure that a service's container has the dependencies that its requirement files pin")
    .argument("<service>")
    .addArgument(new Argument("[layers...]", "default: all").choices(LAYERS))
    .action(withExitCode(install));
};

/**
 * Compares what is installed with the requirement files, layer by layer. Dependencies are part of the image, so the stack is
 * updated, which builds it anew; where nothing differs nothing is done.
 */
export const install = async (service: string, named: Layer[], { stack }: { stack: string }): Promise<number> => {
  const running = await openStack(stack);
  const part = await codePartOf(running, service);
  const missing = await missingLayers({ running, part, layers: named.length > 0 ? named : LAYERS });
  if (missing.length === 0) return 0;
  process.stderr.write(`updating ${stack}: its image of ${part.folder} is built with them\n`);
  const code = await start({ stack, config: [] });
  if (code !== 0) return code;
  return (await missingLayers({ running, part, layers: missing })).length === 0 ? 0 : 1;
};

type Comparison = { running: RunningStack; part: CodePart; layers: readonly Layer[] };

const missingLayers = async ({ running: { docker }, part, layers }: Comparison): Promise<Layer[]> => {
  const missing: Layer[] = [];
  for (const layer of layers) {
    const install = `exec uv pip install --dry-run --offline --require-hashes -r requirements/${layer}.txt 2>&1`;
    const { code, stdout } = await captureOneOff({
      docker,
      container: part.container,
      command: ["sh", "-c", install],
      env: ["UV_PYTHON=/opt/venv"],
    });
    const isThere = code === 0 && /no changes/.test(stdout);
    process.stdout.write(`${part.folder} ${layer}: ${isThere ? "installed" : "differs from its requirement file"}\n`);
    if (!isThere) missing.push(layer);
  }
  return missing;
};
