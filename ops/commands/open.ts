import { spawn } from "node:child_process";
import { withExitCode, withStack, type Register } from "../terminal/command-line";
import { openStack } from "../stack/running";
import { selectService } from "../stack/select";

export const register: Register = (program) => {
  withStack(program.command("open"))
    .description("open a web service in the browser; piped, or without a browser, print its address")
    .argument("<service>", "for example: leads, reservas")
    .action(withExitCode(open));
};

/** Opens the address of a web service. */
export const open = async (name: string, { stack }: { stack: string }): Promise<number> => {
  const { services } = await openStack(stack);
  const webs = services.filter(({ url }) => url !== undefined);
  const part = selectService({
    name,
    parts: webs.map(({ system, service, kind, container }) => ({ system, name: service, kind, container })),
  });
  const url = webs.find(({ container }) => container === part.container)?.url ?? "";
  process.stdout.write(`${url}\n`);
  const opener = openerOf(process);
  if (process.stdout.isTTY && opener) launch([...opener, url]);
  return 0;
};

/** The command that opens a URL on this machine; `undefined` without a screen. */
const openerOf = ({ platform, env }: NodeJS.Process): string[] | undefined => {
  // VS Code sets it, in Codespaces too: it opens the address in the person's own browser.
  if (env.BROWSER) return [env.BROWSER];
  if (platform === "darwin") return ["open"];
  if (platform === "win32") return ["cmd", "/c", "start", ""];
  return env.DISPLAY || env.WAYLAND_DISPLAY ? ["xdg-open"] : undefined;
};

const launch = ([command = "", ...args]: string[]): void => {
  // The address is already printed, so a browser that cannot be started is no error.
  spawn(command, args, { detached: true, stdio: "ignore" })
    .on("error", () => undefined)
    .unref();
};
