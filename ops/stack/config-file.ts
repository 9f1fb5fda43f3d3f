import { existsSync, readFileSync } from "node:fs";
import { isMap, isScalar, parse, parseDocument, Scalar, visit, YAMLMap } from "yaml";
import { settingsIn } from "../terminal/command-line";

/** What of a stack's config commands have to know without starting a CLI. */
export type ConfigFile = {
  portOffset: number | undefined;
  systems: readonly string[];
  mariadb: boolean;
  imagePrefix: string | undefined;
};

/** Reads the file in the form in which Pulumi writes it; what is absent has the program's defaults. */
export const readConfigFile = (file: string): ConfigFile =>
  parseConfig(existsSync(file) ? readFileSync(file, "utf8") : "");

export const parseConfig = (text: string): ConfigFile => {
  const portOffset = scalar(text, "portOffset");
  return {
    portOffset: portOffset === undefined ? undefined : Number(portOffset),
    systems: list(text, "systems") ?? ["all"],
    mariadb: scalar(text, "mariadb") === "true",
    imagePrefix: scalar(text, "imagePrefix"),
  };
};

/** How a stack's values are encrypted: for the stack itself alone. */
const PROVIDER_KEYS: readonly unknown[] = ["encryptionsalt", "encryptedkey", "secretsprovider"];

/** A stack's file for somebody without its key: each encrypted value is made-up text, and nothing says how to decrypt. */
export const withoutSecrets = (text: string): string => {
  const document = parseDocument(text);
  visit(document, {
    Pair: (_, { key }) => (isScalar(key) && PROVIDER_KEYS.includes(key.value) ? visit.REMOVE : undefined),
    Map: (_, map) => (map.items.length === 1 && map.has("secure") ? new Scalar("encrypted") : undefined),
  });
  // An empty document would be written as null.
  return isMap(document.contents) ? document.toString({ lineWidth: 0 }) : text;
};

const scalar = (text: string, key: string): string | undefined =>
  new RegExp(`^\\s*fleet:${key}:\\s*["']?([\\w./:-]+)["']?\\s*(?:#.*)?$`, "m").exec(text)?.[1];

/** `[a, b]`, or a line with a dash for each. */
const list = (text: string, key: string): string[] | undefined => {
  const inline = new RegExp(`^\\s*fleet:${key}:\\s*\\[([^\\]]*)\\]`, "m").exec(text)?.[1];
  const block = new RegExp(`^\\s*fleet:${key}:[^\\S\\n]*\\n((?:\\s*-\\s*\\S+[^\\S\\n]*\\n?)+)`, "m").exec(text)?.[1];
  const items = inline?.split(",") ?? block?.split("\n").map((line) => line.replace(/^\s*-\s*/, ""));
  return items?.map((item) => item.trim().replace(/^["']|["']$/g, "")).filter(Boolean);
};

/** Made-up values for what a stack's committed file leaves to its owner; they show in the preview as what they are. */
const MADE_UP: Record<string, string> = {
  "gcp:project": "preview-project",
  "gcp:region": "europe-west1",
  // Nothing is asked of Google: any text will do.
  "gcp:accessToken": "no-token-at-all",
  "fleet:alertEmail": "preview@example.com",
};

/** The config file with the given values, and made-up ones where it is silent. Both are YAML (`fleet:systems=[all]`). */
export const withValues = ({ text, config }: { text: string; config: readonly string[] }): string => {
  const document = parseDocument(text);
  const own = document.get("config");
  if (!isMap(own)) document.set("config", new YAMLMap());
  const silent = Object.entries(MADE_UP).filter(([key]) => !isMap(own) || !own.has(key));
  const values = { ...Object.fromEntries(silent), ...settingsIn(config) };
  for (const [key, value] of Object.entries(values)) document.setIn(["config", key], parse(value));
  return document.toString({ lineWidth: 0 });
};
