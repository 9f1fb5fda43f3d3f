import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";

const BINFMT = "/proc/sys/fs/binfmt_misc";
const NAME = "fleet-soak-arm64";
const QEMU = "/usr/bin/qemu-aarch64-static";

/**
 * What an ELF file of 64-bit ARM begins with, and which of these bits count (Debian's qemu-user-static 7.2). `F` opens the
 * interpreter now, so that it runs in containers, which do not have the file.
 */
const REGISTRATION = [
  `:${NAME}:M::\\x7fELF\\x02\\x01\\x01\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x02\\x00\\xb7\\x00`,
  "\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\x00\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xfe\\xff\\xff\\xff",
  `${QEMU}:F`,
].join(":");

/** Lets this machine's kernel run programs of 64-bit ARM, for Debian as root; what is returned takes that away again. */
export const emulateArm64 = (): (() => void) => {
  const run = (command: string, ...args: string[]): void => void execFileSync(command, args, { stdio: "ignore" });
  if (!existsSync(QEMU)) {
    run("apt-get", "update");
    run("apt-get", "install", "-y", "--no-install-recommends", "qemu-user-static");
  }
  if (!existsSync(`${BINFMT}/register`)) run("mount", "-t", "binfmt_misc", "binfmt_misc", BINFMT);
  forget();
  writeFileSync(`${BINFMT}/register`, REGISTRATION);
  if (!readFileSync(`${BINFMT}/${NAME}`, "utf8").startsWith("enabled"))
    throw new Error("the registration is not enabled");
  return () => {
    forget();
    // What others registered stays.
    if (readdirSync(BINFMT).sort().join() === "register,status") run("umount", BINFMT);
  };
};

/** Also what a killed run has left. */
const forget = (): void => {
  if (existsSync(`${BINFMT}/${NAME}`)) writeFileSync(`${BINFMT}/${NAME}`, "-1");
};
