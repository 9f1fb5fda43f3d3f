import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { withValues } from "../stack/config-file";
import { withoutSecrets } from "../stack/config-file";
import { writeWhenChanged } from "../stack/files";
import { environmentFile } from "../stack/stack";
import { endpointVariables } from "./endpoints";
import type { Place } from "./place";

/** The committed stack whose config is rehearsed. */
const REHEARSED = path.resolve("Pulumi.prod.yaml");

/**
 * Writes a throw-away stack that is prod but for its place: the made-up project, the registry on loopback, a
 * passphrase of its own, and an environment that leads every product of Google's to the rehearsal.
 */
export const writeStack = ({ place, config }: { place: Place; config: readonly string[] }): void => {
  const { stack, project, region, port, passphraseFile } = place;
  if (!existsSync(passphraseFile)) writeWhenChanged(passphraseFile, `${randomBytes(24).toString("hex")}\n`);
  const settings = [
    `gcp:project=${project}`,
    `gcp:region=${region}`,
    "gcp:accessToken=of-a-rehearsal",
    `fleet:registryHost=localhost:${port}`,
    ...config,
  ];
  const text = withValues({ text: withoutSecrets(readFileSync(REHEARSED, "utf8")), config: settings });
  writeWhenChanged(stack.configFile, withSalt(text, stack.configFile));
  const variables = {
    ...endpointVariables(port),
    PULUMI_CONFIG_PASSPHRASE: undefined,
    PULUMI_CONFIG_PASSPHRASE_FILE: passphraseFile,
  };
  const entries = Object.entries(variables).map(([name, value]) => [name, value ?? null]);
  writeWhenChanged(environmentFile(stack), `${JSON.stringify(Object.fromEntries(entries), undefined, 2)}\n`);
};

/** The salt that the stack was made with stays. */
const withSalt = (text: string, file: string): string => {
  const salt = existsSync(file) ? (/^encryptionsalt: .*\n/m.exec(readFileSync(file, "utf8"))?.[0] ?? "") : "";
  return `${text.replace(/\n*$/, "\n")}${salt}`;
};
