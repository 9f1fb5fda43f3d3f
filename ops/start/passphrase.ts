import { createDecipheriv, createHash, pbkdf2 } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import type { Problem } from "../../infra/problems";
import { command, DEV_PASSPHRASE_FILE, type Stack } from "../stack/stack";
import { recall, remember } from "./memory";

/** Problems of a stack's salt or the public passphrase, which Pulumi would report only in the middle of an update. */
export const passphraseProblems = async (stack: Stack): Promise<Problem[]> =>
  [await passphraseProblem(stack)].flatMap((problem) => problem ?? []);

const passphraseProblem = async ({ name, configFile }: Stack): Promise<Problem | undefined> => {
  const secretFile = path.relative("", DEV_PASSPHRASE_FILE);
  const where = path.relative("", configFile);
  if (!existsSync(DEV_PASSPHRASE_FILE))
    return {
      path: secretFile,
      message: "the public passphrase of dev is missing",
      cure: `git checkout -- ${secretFile}`,
    };
  const salt = existsSync(configFile) && /^encryptionsalt: *(\S+)/m.exec(readFileSync(configFile, "utf8"))?.[1];
  if (!salt)
    return {
      path: where,
      message: `encryptionsalt is missing, so nothing fits the secrets of ${name}`,
      cure:
        name === "dev"
          ? `git checkout -- ${where}`
          : `delete ${path.dirname(where)} (its Docker resources first: ${command("down", name)})`,
    };

  // Pulumi reads the file without its outer white space.
  const passphrase = readFileSync(DEV_PASSPHRASE_FILE, "utf8").trim();
  const digest = createHash("sha256").update(`${passphrase}\n${salt}`).digest("hex");
  if (recall().passphrase === digest) return undefined;
  if (!(await fits({ passphrase, salt })))
    return {
      path: where,
      message: `wrong passphrase: ${secretFile} does not fit its encryptionsalt`,
      cure: name === "dev" ? `git checkout -- ${where} ${secretFile}` : `git checkout -- ${secretFile}`,
    };
  remember({ passphrase: digest });
  return undefined;
};

/** Pulumi's salt is `v1:<salt>:v1:<nonce>:<the word "pulumi", encrypted>`; the key is PBKDF2 of the passphrase. */
export const fits = async ({ passphrase, salt }: { passphrase: string; salt: string }): Promise<boolean> => {
  const [, base = "", , nonce = "", sealed = ""] = salt.split(":");
  try {
    const key = await promisify(pbkdf2)(passphrase, Buffer.from(base, "base64"), 1_000_000, 32, "sha256");
    const bytes = Buffer.from(sealed, "base64");
    const decipher = createDecipheriv("aes-256-gcm", key, Buffer.from(nonce, "base64"));
    decipher.setAuthTag(bytes.subarray(-16));
    return Buffer.concat([decipher.update(bytes.subarray(0, -16)), decipher.final()]).toString() === "pulumi";
  } catch {
    return false;
  }
};
