import { isLoopback } from "../../infra/targets/gcp/google";

/** Where every service says whether it reaches its databases (services/chassis/chassis/health.py). */
const READY_PATH = "/ready/";
const PATIENCE_MS = 60_000;
const PAUSE_MS = 2_000;

/** How a service answered: well, badly, or not at all to us. */
export type Answer = { url: string; outcome: "ready" | "failing" | "closed"; detail: string };

/** Asks services whether they are ready, until each is or a minute is over; `closed` are those that do not let us ask. */
export const askServices = (urls: readonly string[], { patienceMs = PATIENCE_MS } = {}): Promise<Answer[]> =>
  Promise.all(urls.map((url) => askUntil({ url, deadline: Date.now() + patienceMs })));

const askUntil = async ({ url, deadline }: { url: string; deadline: number }): Promise<Answer> => {
  for (;;) {
    const answer = await ask(url);
    if (answer.outcome !== "failing" || Date.now() >= deadline) return answer;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
};

const ask = async (url: string): Promise<Answer> => {
  try {
    const response = await fetch(`${url}${READY_PATH}`, {
      headers: await proof(url),
      signal: AbortSignal.timeout(10_000),
    });
    const detail = `${response.status} ${(await response.text()).slice(0, 200)}`;
    if (response.status === 401 || response.status === 403) return { url, outcome: "closed", detail };
    return { url, outcome: response.ok ? "ready" : "failing", detail };
  } catch (error) {
    return { url, outcome: "failing", detail: (error as Error).message };
  }
};

/** A service that is not public wants to know who asks. A person's own login cannot say so, a service account can. */
const proof = async (url: string): Promise<Record<string, string>> => {
  if (isLoopback(url)) return {};
  try {
    const { GoogleAuth } = await import("google-auth-library");
    const client = await new GoogleAuth().getIdTokenClient(url);
    const headers = await client.getRequestHeaders();
    return Object.fromEntries(new Headers(headers).entries());
  } catch {
    return {};
  }
};
