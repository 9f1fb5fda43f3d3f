import { isLoopback } from "../../infra/loopback";
import { until } from "../../docker/wait";
import { reachable } from "../stack/reachable";

/** Every service's readiness endpoint, which checks its databases (services/chassis/chassis/health.py). */
const READY_PATH = "/ready/";
const PATIENCE_MS = 60_000;
const PAUSE_MS = 2_000;

/** A service's answer; `closed` means that it did not accept our identity. */
export type Answer = { url: string; outcome: "ready" | "failing" | "closed"; detail: string };

type Question = { urls: readonly string[]; env: NodeJS.ProcessEnv; patienceMs?: number };

/** Asks services whether they are ready, until each is or a minute is over; `closed` are those that do not let us ask. */
export const askServices = ({ urls, env, patienceMs = PATIENCE_MS }: Question): Promise<Answer[]> =>
  Promise.all(urls.map((url) => askUntil({ url, identity: proof(url, env), patienceMs })));

type Headers = Record<string, string>;
type Asking = { url: string; identity: Promise<Headers>; patienceMs: number };

const askUntil = ({ url, identity, patienceMs }: Asking): Promise<Answer> =>
  until({
    ask: async () => ask(url, await identity),
    ends: ({ outcome }) => outcome !== "failing",
    everyMs: PAUSE_MS,
    patienceMs,
  });

const ask = async (url: string, headers: Headers): Promise<Answer> => {
  try {
    const response = await fetch(reachable(`${url}${READY_PATH}`), { headers, signal: AbortSignal.timeout(10_000) });
    const detail = `${response.status} ${(await response.text()).slice(0, 200)}`;
    if (response.status === 401 || response.status === 403) return { url, outcome: "closed", detail };
    return { url, outcome: response.ok ? "ready" : "failing", detail };
  } catch (error) {
    return { url, outcome: "failing", detail: (error as Error).message };
  }
};

/**
 * A service that is not public wants to know who asks. A service account can say so for this service, a person's own login
 * for nothing in particular, which Cloud Run takes; a rehearsal says where it gives out identities.
 */
const proof = async (url: string, env: NodeJS.ProcessEnv): Promise<Headers> => {
  const token = await identityFor(url, env);
  return token === undefined ? {} : { authorization: `Bearer ${token}` };
};

/** An identity token for a service at this address; undefined where none can be had. */
export const identityFor = async (url: string, env: NodeJS.ProcessEnv): Promise<string | undefined> => {
  const { FLEET_IDENTITY_URL: issuer } = env;
  try {
    return issuer === undefined ? await googleIdentity(url) : await issued(issuer, url, env);
  } catch {
    return undefined;
  }
};

/** It gives them to who has the rehearsal's own access token, which no other machine may see. */
const issued = async (
  issuer: string,
  audience: string,
  { GOOGLE_OAUTH_ACCESS_TOKEN: token }: NodeJS.ProcessEnv,
): Promise<string> => {
  if (!isLoopback(issuer)) throw new Error("identities are given out on this machine alone");
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(`${issuer}${encodeURIComponent(audience)}`, { headers });
  return ((await response.json()) as { token: string }).token;
};

const googleIdentity = async (audience: string): Promise<string> => {
  if (isLoopback(audience)) throw new Error("Google knows no service of this machine");
  const { BaseExternalAccountClient, GoogleAuth, Impersonated } = await import("google-auth-library");
  const auth = new GoogleAuth({ scopes: "https://www.googleapis.com/auth/cloud-platform" });
  const source = await auth.getClient();
  // A workflow that signs in by federation acts for an account, which then speaks for itself (docs/team.md).
  const account = source instanceof BaseExternalAccountClient ? source.getServiceAccountEmail() : null;
  if (account !== null) {
    const own = new Impersonated({ sourceClient: source, targetPrincipal: account, targetScopes: [], lifetime: 600 });
    return own.fetchIdToken(audience, { includeEmail: true });
  }
  const client = await auth.getIdTokenClient(audience);
  return client.idTokenProvider.fetchIdToken(audience);
};
