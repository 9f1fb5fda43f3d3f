import { isMap, isScalar, parse, parseDocument, visit, Scalar } from "yaml";
import type { Problem } from "../problems";
import { descriptions } from "./types";

/** Settings as text by full key, in the form in which Pulumi hands a config to a program. */
export type Config = Readonly<Record<string, string>>;

/** Stands for a value that only the stack's key decrypts. */
export const ENCRYPTED = "encrypted";

/** The keys of a stack's file that say how its values are encrypted. */
const PROVIDER_KEYS: readonly unknown[] = ["encryptionsalt", "encryptedkey", "secretsprovider"];

/** A stack's file for a reader without its key: each encrypted value is made-up text, and nothing says how to decrypt. */
export const withoutSecrets = (text: string): string => {
  const document = parseDocument(text);
  visit(document, {
    Pair: (_, { key }) => (isScalar(key) && PROVIDER_KEYS.includes(key.value) ? visit.REMOVE : undefined),
    Map: (_, map) => (map.items.length === 1 && map.has("secure") ? new Scalar(ENCRYPTED) : undefined),
  });
  // An empty document would be written as null.
  return isMap(document.contents) ? document.toString({ lineWidth: 0 }) : text;
};

/** The config of a stack's file, or the problem of the file. `file` is its name in messages. */
export const configIn = (of: Record<"text" | "file" | "project", string>): { config: Config; problems: Problem[] } => {
  const { text, file, project } = of;
  const [error] = parseDocument(text).errors;
  if (error) return { config: {}, problems: [unreadable({ file, message: error.message.split("\n")[0] ?? "" })] };
  const { config } = (parse(withoutSecrets(text)) ?? {}) as { config?: unknown };
  if (config === undefined || config === null) return { config: {}, problems: [] };
  if (typeof config !== "object" || Array.isArray(config))
    return { config: {}, problems: [unreadable({ file, message: "config is not a map" })] };
  const entries = Object.entries(config).map(([key, value]) => [fullKey({ key, project }), asText(value)]);
  return { config: Object.fromEntries(entries) as Config, problems: [] };
};

const unreadable = ({ file, message }: { file: string; message: string }): Problem => ({
  path: file,
  message: `it cannot be read as a stack's config: ${message.replace(/:$/, "")}; allowed: YAML with a map named config`,
  cure: `correct it in an editor: ${file}`,
});

/** Pulumi reads `target` and `fleet:config:target` as `fleet:target`. */
export const fullKey = ({ key, project }: { key: string; project: string }): string =>
  key.includes(":") ? key.replace(/^([^:]+):config:/, "$1:") : `${project}:${key}`;

const asText = (value: unknown): string =>
  value === null ? "" : typeof value === "string" ? value : JSON.stringify(value);

/**
 * A value of the command line as a config text. Lists and maps are written as YAML there; everything else is the text
 * as it is written, so that an account's 000000000000 keeps its zeros, in a list or a map too. A text in quotes is the
 * text between them. A value that does not fit its key's type stays as it is, for parseSettings to refuse.
 */
export const textOf = ({ key, value, project }: { key: string; value: string; project: string }): string => {
  const name = key.startsWith(`${project}:`) ? key.slice(project.length + 1) : undefined;
  const { type = "string", items, additionalProperties } = descriptions[name ?? ""] ?? {};
  if (type === "string") return /^(["'])(.*)\1$/s.exec(value)?.[2] ?? value;
  if (type !== "array" && type !== "object") return value;
  // The failsafe schema has no type but text.
  const document = parseDocument(value, {
    schema: (items ?? additionalProperties)?.type === "string" ? "failsafe" : "core",
  });
  const structure: unknown = document.errors.length > 0 ? undefined : document.toJS();
  return typeof structure === "object" && structure !== null ? JSON.stringify(structure) : value;
};
