import { createHash } from "node:crypto";
import type { Cloud } from "../../api";
import { invalidArgument } from "../../errors";
import type { Instance } from "./instances";

/** An instance's rules for passwords that the API sets: https://cloud.google.com/sql/docs/mysql/built-in-authentication */
export type PasswordPolicy = {
  enablePasswordPolicy?: boolean;
  complexity?: string;
  disallowUsernameSubstring?: boolean;
  minLength?: number;
  /** So many passwords of before are refused. */
  reuseInterval?: number;
};

/** The digests of a user's passwords, the newest first, where a policy asks for them. */
const PASSWORDS = "sql.passwords";

type Setting = { instance: Instance; user: string; password: string | undefined };

/**
 * Checks a password that a user gets against the policy of the instance, and remembers it.
 * @throws ApiError 400, as in https://github.com/terraform-google-modules/terraform-google-sql-db/issues/431
 */
export const acceptPassword = (cloud: Pick<Cloud, "store">, of: Setting): void => {
  const { instance, user, password } = of;
  const { enablePasswordPolicy, ...policy } = instance.settings.passwordValidationPolicy ?? {};
  if (!enablePasswordPolicy || password === undefined) return;
  const key = `${instance.name}/${user}`;
  const { digests } = cloud.store.get<{ digests: string[] }>(PASSWORDS, key) ?? { digests: [] };
  const digest = createHash("sha256").update(`${key} ${password}`).digest("hex");
  const wrong =
    problemOf({ policy, user, password }) ??
    (digests.slice(0, policy.reuseInterval ?? 0).includes(digest) ? "password has been used before." : undefined);
  if (wrong !== undefined) throw invalidArgument(`Invalid request: INVALID_PASSWORD: ${wrong}`, "invalid");
  if (policy.reuseInterval)
    cloud.store.put(PASSWORDS, key, { digests: [digest, ...digests].slice(0, policy.reuseInterval) });
};

/**
 * The user who is there from the beginning needs a password that the policy takes.
 * @throws ApiError 400, as in https://github.com/terraform-google-modules/terraform-google-sql-db/pull/521
 */
export const checkRootPassword = ({ instance, user, password = "" }: Setting): void => {
  const { enablePasswordPolicy, ...policy } = instance.settings.passwordValidationPolicy ?? {};
  const wrong = enablePasswordPolicy ? problemOf({ policy, user, password }) : undefined;
  if (wrong !== undefined)
    throw invalidArgument(`Invalid request: Root user's password is not policy compliant: ${wrong} .`, "invalid");
};

export const forgetPasswords = ({ store }: Pick<Cloud, "store">, start: string): void =>
  store.deleteAll(PASSWORDS, start);

type Checking = { policy: PasswordPolicy; user: string; password: string };

const problemOf = ({ policy, user, password }: Checking): string | undefined => {
  const { minLength = 0, complexity, disallowUsernameSubstring } = policy;
  if (password.length < minLength) return `Length of password cannot be less than ${minLength}.`;
  if (complexity === "COMPLEXITY_DEFAULT" && !CLASSES.every((one) => one.test(password)))
    return "password should contain at least one lowercase, one uppercase, one number and one non-alphanumeric characters.";
  if (disallowUsernameSubstring && password.toLowerCase().includes(user.toLowerCase()))
    return "password should not contain the username.";
  return undefined;
};

const CLASSES = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9]/];
