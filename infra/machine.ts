import { readFileSync } from "node:fs";
import os from "node:os";

/** A machine, as far as what a person has to do on it differs from another. */
export type Machine = { system: "macos" | "windows" | "debian" | "fedora" | "linux"; isWsl: boolean; isRoot: boolean };

type Seen = { platform?: NodeJS.Platform; kernel?: string; osRelease?: string; isRoot?: boolean };

/** The machine that this runs on; `debian` and `fedora` stand for what installs packages as they do. */
export const machineOf = (of: Seen = {}): Machine => {
  const { platform = process.platform, kernel = os.release(), osRelease = readOsRelease() } = of;
  const { isRoot = process.getuid?.() === 0 } = of;
  const isLinux = platform === "linux";
  return { system: systemOf(platform, osRelease), isWsl: isLinux && /microsoft/i.test(kernel), isRoot };
};

const systemOf = (platform: NodeJS.Platform, osRelease: string): Machine["system"] => {
  if (platform === "darwin") return "macos";
  if (platform === "win32") return "windows";
  if (/^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(osRelease)) return "debian";
  // Not its kin: RHEL calls itself like Fedora and has no package moby-engine.
  return /^ID="?fedora"?$/m.test(osRelease) ? "fedora" : "linux";
};

const readOsRelease = (): string => {
  try {
    return readFileSync("/etc/os-release", "utf8");
  } catch {
    return "";
  }
};

type Package = { debian: string; fedora: string };

/** The command that installs a package where one is known. */
export const installing = (packages: Package, { system, isRoot }: Machine): string | undefined => {
  const sudo = isRoot ? "" : "sudo ";
  if (system === "debian") return `${sudo}apt-get install ${packages.debian}`;
  return system === "fedora" ? `${sudo}dnf install ${packages.fedora}` : undefined;
};
