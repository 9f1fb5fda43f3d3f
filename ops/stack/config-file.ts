import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { isMap, parse, parseDocument, Scalar, YAMLMap } from "yaml";
import { parseSettings } from "../../infra/settings/parse";
import type { Settings } from "../../infra/settings/schema";
import { configIn, type Config } from "../../infra/settings/stack-file";
import { settingTypes, valueOf, type SettingType } from "../../infra/settings/types";
import type { Problem } from "../../infra/problems";
import { filled, MADE_UP as SAID_BY_THE_OWNER } from "../../stacks/wanted";
import { PROJECT } from "./stack";

/** Reads what a stack's config file sets; an absent file sets nothing. */
export const readConfig = (file: string): { config: Config; problems: Problem[] } =>
  configIn({
    text: existsSync(file) ? readFileSync(file, "utf8") : "",
    file: path.relative("", file),
    project: PROJECT,
  });

/**
 * The settings of a stack from its file only, without the environment. What the file leaves out, or sets wrongly, has
 * the program's default: these commands only look, and the program refuses what is wrong.
 */
export const settingsOf = (file: string): Settings => settingsFor(readConfig(file).config);

export const settingsFor = (config: Config): Settings => {
  const parse = (target: string | undefined) =>
    parseSettings({
      stack: "any",
      project: PROJECT,
      config: { ...config, "fleet:target": target ?? "local" },
      environment: {},
    }).settings;
  return (parse(config["fleet:target"]) ?? parse("local")) as Settings;
};

/**
 * The file's text with the given settings. A list or a map replaces the whole one that is there; an empty value takes
 * away a setting that is not a text. Comments stay.
 */
export const withConfig = ({ text, config }: { text: string; config: Config }): string => {
  const document = parseDocument(text);
  if (!isMap(document.get("config"))) document.set("config", new YAMLMap());
  for (const [key, text] of Object.entries(config)) {
    if (text === "" && typeOf(key) !== "string") document.deleteIn(["config", key]);
    else document.setIn(["config", key], nodeOf({ key, text }));
  }
  return document.toString({ lineWidth: 0 });
};

const NAMESPACE = `${PROJECT}:`;

const typeOf = (key: string): SettingType =>
  (key.startsWith(NAMESPACE) ? settingTypes[key.slice(NAMESPACE.length)] : undefined) ?? "string";

/** A text is quoted where any reader of YAML could take it for something else, as Pulumi takes 0123 for a number. */
const nodeOf = ({ key, text }: { key: string; text: string }): unknown => {
  const value = key.startsWith(NAMESPACE) ? valueOf({ key: key.slice(NAMESPACE.length), text }) : text;
  if (typeof value !== "string") return value;
  const isPlain = /^[a-z/]/i.test(value) && parse(value, { version: "1.1", logLevel: "silent" }) === value;
  const scalar = new Scalar(value);
  if (!isPlain) scalar.type = Scalar.QUOTE_DOUBLE;
  return scalar;
};

/** Made-up values for the settings that a stack's committed file leaves to its owner; a preview shows them as made up. */
export const MADE_UP: Config = {
  ...SAID_BY_THE_OWNER,
  // Google is not called: any text will do.
  "gcp:accessToken": "no-token-at-all",
};

type MakingUp = { text: string; config: Config; madeUp?: Config };

/** The config file with the given settings, and made-up ones where both are silent. */
export const withMadeUp = ({ text, config, madeUp = MADE_UP }: MakingUp): string => {
  const own = configIn({ text, file: "", project: PROJECT }).config;
  const all = Object.entries(filled({ ...own, ...config }, madeUp));
  return withConfig({ text, config: Object.fromEntries(all.filter(([key, value]) => own[key] !== value)) });
};
