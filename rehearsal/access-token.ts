import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { makeToken, tokenIn } from "../guard/token";

/** The file with the header that every client sends: `curl -H @<file>` shows the token to no other user of the machine. */
export const headerFile = (folder: string): string => path.join(folder, "authorization");

/** The access token of the rehearsed cloud in this folder; it is made when it is first asked for. */
export const accessToken = (folder: string): string => {
  const file = headerFile(folder);
  if (!existsSync(file)) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, `Authorization: Bearer ${makeToken()}\n`, { mode: 0o600 });
  }
  const token = tokenIn(
    readFileSync(file, "utf8")
      .replace(/^Authorization:/i, "")
      .trim(),
  );
  if (!token) throw new Error(`${file} holds no access token; remove it, and a new one is made`);
  return token;
};

/** The header with which a client of ours asks the rehearsed cloud in this folder. */
export const authorized = (folder: string): { authorization: string } => ({
  authorization: `Bearer ${accessToken(folder)}`,
});
