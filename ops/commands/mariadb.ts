import { Argument } from "commander";
import { withExitCode, withStack, type Register } from "../terminal/command-line";
import { start } from "./start";

export const register: Register = (program) => {
  withStack(program.command("mariadb"))
    .description("switch MariaDB on or off in the stack's config and update; its data stays")
    .addArgument(new Argument("<state>").choices(["on", "off"]))
    .action(withExitCode(mariadb));
};

const mariadb = (state: "on" | "off", { stack }: { stack: string }): Promise<number> =>
  start({ stack, config: [`fleet:mariadb=${state === "on"}`] });
