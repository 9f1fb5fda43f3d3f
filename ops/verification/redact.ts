/** A project as Google names it. */
export type Project = { id: string; number: string };

/** What stands in a record for the project, whatever its name. A replay puts its own in their place. */
export const PLACEHOLDER: Project = { id: "redacted-project", number: "100000000000" };

/** Fields whose values are secret, or say where something is; each keeps the form that Google asks for. */
const HIDDEN: Readonly<Record<string, string>> = {
  password: "redacted",
  rootPassword: "redacted",
  authString: "redacted",
  accessToken: "redacted",
  token: "redacted",
  // "redacted" in base64, as the payload of a secret has it.
  data: "cmVkYWN0ZWQ=",
  cert: "redacted",
  sha1Fingerprint: "redacted",
  ipAddress: "192.0.2.1",
};

const EMAIL = /[\w.+-]+@(?!example\.com\b)(?![\w.-]*gserviceaccount\.com\b)[\w-]+(?:\.[\w-]+)+/g;
const IPV4 = /(?<![\w.])(?!127\.0\.0\.1\b)(?:\d{1,3}\.){3}\d{1,3}(?![\w.])/g;
const BEARER = /\b(?:ya29\.[\w.-]+|eyJ[\w-]+\.[\w-]+\.[\w-]+)/g;

/**
 * Makes what redacts texts and JSON of one record: secrets, tokens, e-mail addresses of people, addresses of machines, and
 * the project's id and number. The same person gets the same placeholder in all of it.
 */
export const redactorOf = (project: Project) => {
  const people = new Map<string, string>();
  const person = (email: string): string => {
    const known = people.get(email) ?? `person-${people.size + 1}@example.com`;
    people.set(email, known);
    return known;
  };
  const text = (value: string): string =>
    value
      .replace(BEARER, "redacted")
      .replaceAll(project.id, PLACEHOLDER.id)
      .replaceAll(project.number, PLACEHOLDER.number)
      .replace(EMAIL, person)
      .replace(IPV4, "192.0.2.1");
  const json = (value: unknown): unknown => {
    if (typeof value === "string") return text(value);
    if (Array.isArray(value)) return value.map(json);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [text(key), hidden(key, inner) ?? json(inner)]),
    );
  };
  return { text, json };
};

export type Redactor = ReturnType<typeof redactorOf>;

/** Undefined for a field that may be shown. A list of entries may be named "data" too. */
const hidden = (key: string, value: unknown): string | undefined =>
  typeof value === "string" && value !== "" && Object.hasOwn(HIDDEN, key) ? HIDDEN[key] : undefined;
