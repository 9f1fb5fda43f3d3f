import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { ProblemsError } from "../infra/problems";
import { run } from "./command";
import { inOffline } from "./digest";

/** /tmp would not do: it is often mounted without devices, which debootstrap refuses. */
const WORK = "/var/tmp/fleet-offline-";

/** Beside the script and not in it: a recipe's files say which images have to be made again. */
const FOR_ANOTHER = 'debootstrap() { command debootstrap --arch="$ARCHITECTURE" "$@"; }; . "$0"';

/** debootstrap checks what Debian signed only where this file is; without it a warning is all. */
const KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg";

/**
 * Makes a build context with the root file system of a Debian release, lends it, and removes it.
 * @param of.architecture Debian's name of one whose programs this machine can run; left out: the machine's own
 */
export const withDebianRoot = async (
  { suite, architecture, signal }: { suite: string; architecture?: string; signal: AbortSignal | undefined },
  use: (context: string) => Promise<void>,
): Promise<void> => {
  await requireDebootstrap(signal);
  const folder = mkdtempSync(WORK);
  try {
    // In a mount namespace of its own, where what debootstrap mounts ends with it.
    const script = inOffline("images", "debian", "make-root.sh");
    await run({
      command: "unshare",
      args: ["--mount", ...(architecture ? ["sh", "-c", FOR_ANOTHER] : []), script, suite, folder],
      env: { ARCHITECTURE: architecture ?? "" },
      signal,
    });
    await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const requireDebootstrap = async (signal: AbortSignal | undefined): Promise<void> => {
  const isRoot = process.getuid?.() === 0;
  const has = (name: string): boolean => spawnSync("sh", ["-c", `command -v ${name}`]).status === 0;
  if (!isRoot || !(has("debootstrap") || has("apt-get")))
    throw new ProblemsError([
      {
        path: "base images",
        message: "stand-ins are made with debootstrap, as root, on Debian or a relative of it",
        cure: "let the engine reach the image registry and run FLEET_OFFLINE=0 npm start, or name a mirror that has the images with FLEET_IMAGE_PREFIX; or run this as root on Debian",
      },
    ]);
  if (!(has("debootstrap") && existsSync(KEYRING))) await (installing ??= installDebootstrap(signal));
};

/** Two releases are made at once, and apt-get takes a lock: one installation serves both. */
let installing: Promise<void> | undefined;

const installDebootstrap = async (signal: AbortSignal | undefined): Promise<void> => {
  await run({ command: "apt-get", args: ["update"], signal });
  const args = ["install", "-y", "--no-install-recommends", "debootstrap", "debian-archive-keyring", "gpgv"];
  await run({ command: "apt-get", args, env: { DEBIAN_FRONTEND: "noninteractive" }, signal });
};
