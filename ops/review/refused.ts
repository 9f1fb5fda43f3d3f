import { claimsOf } from "./tokens";

/**
 * Words of Cloud Run's own pages, which no service of ours says (seen at Google by many, for example in
 * https://github.com/GoogleCloudPlatform/cloud-code-intellij/issues/3133; 2026-11-29).
 */
const GOOGLES = /Your client does not have permission to (get URL|the requested URL)/;
/** Google's pages are far below. */
const LONGEST = 16_384;

/**
 * Whether Cloud Run itself refused who asks, which the service's own 401 and 403 do not say. The body that was read for it
 * is in the response that is given back.
 */
export const isRefusedByGoogle = async (response: Response): Promise<{ response: Response; isRefused: boolean }> => {
  const { status, headers } = response;
  const mayBe =
    (status === 401 || status === 403) &&
    (headers.get("content-type") ?? "").startsWith("text/html") &&
    Number(headers.get("content-length") ?? 0) <= LONGEST;
  if (!mayBe) return { response, isRefused: false };
  const body = await response.arrayBuffer();
  const isRefused = GOOGLES.test(Buffer.from(body).toString("latin1"));
  return { response: new Response(body, { status, headers }), isRefused };
};

type Refused = { url: string; token: string; project?: string | undefined; status: number };

/** A page that says which role is missing, and how somebody grants it. */
export const refusalPage = (of: Refused): string => {
  const email = claimsOf(of.token).email;
  const who = typeof email === "string" ? email : undefined;
  return [
    `<!doctype html><html lang="en"><meta charset="utf-8"><title>fleet review: closed</title>`,
    `<style>body{font:16px/1.5 system-ui,sans-serif;max-width:48rem;margin:3rem auto;padding:0 1rem}pre{white-space:pre-wrap;background:#8882;padding:1rem}</style>`,
    `<h1>Cloud Run does not let you in</h1>`,
    `<p>${escaped(new URL(of.url).host)} answered ${of.status} before the service was asked. ${escaped(who ?? "Your account")} `,
    `needs the role <code>roles/run.invoker</code> on it. Somebody who may grant roles there runs:</p>`,
    `<pre>${escaped(grantOf({ ...of, who }))}</pre>`,
    `<p>A grant takes up to two minutes; then load this page again. If it is the wrong account, end the command, `,
    `sign in with <code>gcloud auth application-default login</code> and open the review again.</p></html>\n`,
  ].join("\n");
};

const grantOf = ({ url, who = "YOUR_ACCOUNT", project }: Refused & { who: string | undefined }): string => {
  const { service, region, number } = partsOf(url);
  const kind = who.endsWith(".gserviceaccount.com") ? "serviceAccount" : "user";
  return [
    `gcloud run services add-iam-policy-binding ${service} --region=${region} --project=${project ?? number}`,
    `--member=${kind}:${who} --role=roles/run.invoker`,
  ].join(" \\\n  ");
};

/** https://cloud.google.com/run/docs/triggering/https-request#deterministic: <service>-<project number>.<region>.run.app */
const partsOf = (url: string): { service: string; region: string; number: string } => {
  const { hostname } = new URL(url);
  const [, service, number, region] = /^(.+)-(\d+)\.([a-z0-9-]+)\.run\.[a-z]+$/.exec(hostname) ?? [];
  return { service: service ?? "SERVICE", region: region ?? "REGION", number: number ?? "PROJECT" };
};

const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
