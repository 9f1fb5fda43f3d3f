/** A printed line, taken apart where it is one of our structured ones. */
export type Printed = {
  severity?: string;
  message: string;
  /** The other fields, as `name=value`. */
  extras: string;
};

const SHOWN_APART = new Set(["time", "severity", "message", "service", "logger", "request_id"]);

/** Django services print JSON (services/chassis); what else prints is shown as it is. */
export const printed = (text: string): Printed => {
  const fields = text.startsWith("{") ? fieldsOf(text) : undefined;
  if (!fields || typeof fields.message !== "string")
    return { ...severityIn(text), message: text.replace(ESCAPES, ""), extras: "" };
  const extras = Object.entries(fields)
    .filter(([name, value]) => !SHOWN_APART.has(name) && value !== null)
    .map(([name, value]) => `${name}=${shown(value)}`);
  return {
    severity: typeof fields.severity === "string" ? fields.severity : "",
    message: fields.message,
    extras: extras.join(" "),
  };
};

/** All of a line, for reading at rest. */
export const inFull = (text: string): string => {
  const fields = text.startsWith("{") ? fieldsOf(text) : undefined;
  if (!fields) return text;
  return Object.entries(fields)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name}: ${shown(value, 2)}`)
    .join("\n");
};

/** Colours for a terminal. */
const ESCAPES = /\u001b\[[0-9;]*m/g;

const shown = (value: unknown, indent?: number): string =>
  typeof value === "string" ? value : JSON.stringify(value, null, indent);

const fieldsOf = (text: string): Record<string, unknown> | undefined => {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined;
  }
};

const severityIn = (text: string): { severity?: string } => {
  const word = /\b(ERROR|FATAL|PANIC|CRITICAL|WARNING|WARN)\b/.exec(text)?.[1];
  return word === undefined ? {} : { severity: word };
};

/** Three levels are enough to see by. */
export const levelOf = (severity: string | undefined): "bad" | "busy" | "plain" => {
  if (severity === undefined) return "plain";
  if (/^(ERROR|CRITICAL|FATAL|PANIC|ALERT|EMERGENCY)$/.test(severity)) return "bad";
  return /^WARN/.test(severity) ? "busy" : "plain";
};
