import { isLoopback } from "../../infra/targets/gcp/google";
import { reachable } from "../stack/reachable";

/** Where every service says whether it reaches its databases (services/chassis/chassis/health.py). */
const READY_PATH = "/ready/";
const PATIENCE_MS = 60_000;
const PAUSE_MS = 2_000;

/** How a service answered: well, badly, or not at all to us. */
export type Answer = { url: string; outcome: "ready" | "failing" | "closed"; detail: string };

/** Asks services whether they are ready, until each is or a minute is over; `closed` are those that do not let us ask. */
export const askServices = ({
  urls,
  env,
  patienceMs = PATIENCE_MS,
}: {
  urls: readonly string[];
  env: NodeJS.ProcessEnv;
  patienceMs?: number;
}): Promise<Answer[]> =>
  Promise.all(urls.map((url) => askUntil({ url, identity: proof(url, env), deadline: Date.now() + patienceMs })));

type Headers = Record<string, string>;
type Asking = { url: string; identity: Promise<Headers>; deadline: number };

const askUntil = async ({ url, identity, deadline }: Asking): Promise<Answer> => {
  for (;;) {
    const answer = await ask(url, await identity);
    if (answer.outcome !== "failing" || Date.now() >= deadline) return answer;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
};

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
 * A service that is not public wants to know who asks. A person's own login cannot say so, a service account can; a
 * rehearsal says where it gives out identities.
 */
const proof = async (url: string, { FLEET_IDENTITY_URL: issuer }: NodeJS.ProcessEnv): Promise<Headers> => {
  try {
    return { authorization: `Bearer ${issuer === undefined ? await googleIdentity(url) : await issued(issuer, url)}` };
  } catch {
    return {};
  }
};

const issued = async (issuer: string, audience: string): Promise<string> => {
  const response = await fetch(`${issuer}${encodeURIComponent(audience)}`);
  return ((await response.json()) as { token: string }).token;
};

const googleIdentity = async (audience: string): Promise<string> => {
  if (isLoopback(audience)) throw new Error("Google knows no service of this machine");
  const { GoogleAuth } = await import("google-auth-library");
  const client = await new GoogleAuth().getIdTokenClient(audience);
  return client.idTokenProvider.fetchIdToken(audience);
};
