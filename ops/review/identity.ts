import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { isLoopback } from "../../infra/loopback";
import { identityFor } from "../rotation/health";

const PATIENCE_MS = 30_000;

type Asking = {
  audience: string;
  env: NodeJS.ProcessEnv;
  /** Who is asked first; tests ask nobody else. */
  ask?: (audience: string, env: NodeJS.ProcessEnv) => Promise<string | undefined>;
};

/**
 * An identity token of the person at this machine: by the application default credentials or, without those, by the login
 * of gcloud. A person's token names no service; Cloud Run takes it from those who may call the service:
 * https://cloud.google.com/run/docs/authenticating/developers (2026-11-29)
 */
export const personIdentity = async ({ audience, env, ask = identityFor }: Asking): Promise<string | undefined> => {
  // Credentials of an old login give an answer without an identity in it.
  const given = (await ask(audience, env)) || undefined;
  const isHere = isLoopback(audience) || new URL(audience).hostname.endsWith(".localhost");
  return given ?? (isHere ? undefined : await fromGcloud(env));
};

const fromGcloud = async (env: NodeJS.ProcessEnv): Promise<string | undefined> => {
  try {
    const options = { env, timeout: PATIENCE_MS };
    const { stdout } = await promisify(execFile)("gcloud", ["auth", "print-identity-token"], options);
    return stdout.trim() || undefined;
  } catch {
    return undefined;
  }
};
