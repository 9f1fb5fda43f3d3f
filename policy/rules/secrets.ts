import { at, containersOf, isMissing, listAt, templateOf, textAt, UNKNOWN, when, type Rule } from "../rule";
import * as kinds from "../types";
import { argumentsOf, variablesOf, type Variable } from "../variables";

/** Names of secrets; a public key, a path of a file, a number about one is none. */
const SAYS_SECRET =
  /(^|_)(PASSWORD|PASSWD|PASSPHRASE|PASS|PWD|SECRET|SECRETS|TOKEN|CREDENTIALS?|DSN|SALT|BEARER|APIKEY|(PRIVATE|API|ACCESS|SECRET|SIGNING|ENCRYPTION|DJANGO|AUTH|MASTER)_KEY)(_(KEY|VALUE|DEFAULT|OLD|NEW|\d+))?$/i;
const MAY_SAY_SECRET = /(^|_)(KEYS?|AUTH|COOKIE|SIGNATURE|SEED|PIN|HASH)(_|$)|SECRET|PASSW|TOKEN/i;
const SAYS_ABOUT_ONE =
  /(_(FILE|PATH|DIR|NAME|ID|LENGTH|AGE|TTL|URL|URI|ISSUER|SECONDS|MINUTES|HEADER|ALGORITHM)|PUBLIC_KEY)$/i;

/** A switch, a number, a path or an address of a secret says nothing of its value. */
const IS_NO_SECRET =
  /^(true|false|yes|no|on|off|none|\d{1,9}|\/[\w./-]*|projects\/[\w./:-]+|arn:[\w:/.-]+|https?:\/\/[^@]*)$/i;

/** `scheme://user:password@host`. */
const CARRIES_PASSWORD = /\b[a-z][a-z0-9+.-]*:\/\/[^/\s:@]*:(?!\$|\{)[^/\s@]+@/i;

/** The forms of well-known credentials: keys of clouds, tokens of code hosts, chats and payments, private keys, JWTs. */
const KNOWN_FORM =
  /-----BEGIN [A-Z ]*PRIVATE KEY|\bAKIA[0-9A-Z]{16}\b|\bAIza[0-9A-Za-z_-]{35}\b|\bgh[pousr]_[0-9A-Za-z]{36}|\bgithub_pat_\w{22}|\bglpat-[\w-]{20}|\bxox[abprs]-[\w-]{10}|\b[rs]k_live_[0-9A-Za-z]{20}|\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.|\bya29\.[\w-]{20}|"private_key"\s*:/;

/** A value behind `--password` or a like option, `-p...` of a database client, `PGPASSWORD=... program`. */
const ARGUMENT =
  /--?(password|passwd|token|secret|api-?key|access-?key)[= ](?!\$|\/)\S+|\b\w*(PASSWORD|TOKEN|SECRET)=(?!\$)\S+/i;

/** As many different letters of both cases and digits as chance alone brings together. */
const looksRandom = (value: string): boolean =>
  /^[\w+/=.~-]{20,}$/.test(value) &&
  [/[a-z]/, /[A-Z]/, /\d.*\d/].every((kind) => kind.test(value)) &&
  new Set(value).size >= 14;

const isSecret = ({ name, value }: Variable): boolean => {
  if (value === "" || IS_NO_SECRET.test(value)) return CARRIES_PASSWORD.test(value);
  if (KNOWN_FORM.test(value) || CARRIES_PASSWORD.test(value) || looksRandom(value)) return true;
  if (SAYS_ABOUT_ONE.test(name)) return false;
  return (
    SAYS_SECRET.test(name) || (MAY_SAY_SECRET.test(name) && /^[\w+/=.~!@#$%^&*-]{16,}$/.test(value) && /\d/.test(value))
  );
};

const inArgument = (text: string): boolean =>
  KNOWN_FORM.test(text) || CARRIES_PASSWORD.test(text) || ARGUMENT.test(text);

const secretReferences = (container: unknown): unknown[] =>
  listAt(container, "envs")
    .map((variable) => at(variable, "valueSource.secretKeyRef") ?? at(variable, "valueFrom.secretKeyRef"))
    .filter((reference) => reference !== undefined && reference !== UNKNOWN);

/** Rules on where secrets stand. */
export const secretRules: readonly Rule[] = [
  {
    name: "no-plain-secret",
    description: "What is secret comes from Secret Manager, never as the plain value of a variable, whatever its name.",
    types: kinds.EVERYTHING,
    mistakes: (resource) =>
      variablesOf(resource)
        .filter(isSecret)
        .map(
          ({ name }) =>
            `${name} is a secret in plain text; store it in Secret Manager and use valueSource.secretKeyRef`,
        ),
  },
  {
    name: "no-secret-argument",
    description: "No secret stands in a command, an argument or a script: process lists and consoles show them.",
    types: kinds.EVERYTHING,
    mistakes: (resource) =>
      when(
        argumentsOf(resource).some(inArgument),
        "a secret stands in its arguments; store it in Secret Manager and hand it over as a variable",
      ),
  },
  {
    name: "run-secret-version-pinned",
    description: "Secrets are referred to by the number of a version: `latest` changes under a running revision.",
    types: kinds.RUNS_CONTAINERS,
    mistakes: (resource) => {
      const references = [
        ...containersOf(resource).flatMap(secretReferences),
        ...listAt(templateOf(resource), "volumes").flatMap((volume) => listAt(volume, "secret.items")),
      ];
      return references
        .map((reference) => at(reference, "version") ?? at(reference, "key"))
        .filter((version) => isMissing(version) || version === "latest")
        .map(() => "a secret is referred to as `latest`; name a version of it");
    },
  },
  {
    name: "secret-version-kept",
    description: "A version that leaves the program is not destroyed: the revision before may still use it.",
    types: kinds.SECRET_VERSION,
    mistakes: ({ props }) =>
      when(
        !["ABANDON", "DISABLE"].includes(textAt(props, "deletionPolicy") ?? ""),
        "it is destroyed when it leaves the program, under revisions that use it; set deletionPolicy to ABANDON",
      ),
  },
];
