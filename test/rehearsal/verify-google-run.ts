import { verifyGoogle } from "../../ops/commands/verify-google";
import { handleSignals } from "../../ops/terminal/processes";
import { REGISTRY_USER } from "../../rehearsal/access";

/** `npm run verify:google` as a process of its own, with a rehearsed cloud in Google's place: port, token, project, stack. */
const [, , port = "", token = "", project = "", stack = "", ...flags] = process.argv;

handleSignals("interrupted");
void verifyGoogle(
  { project, region: "europe-west1", stack, yes: true, destroy: flags.includes("--destroy") },
  {
    rootOf: (api) => `http://127.0.0.1:${port}/${api}/`,
    isReal: false,
    variables: {
      GOOGLE_OAUTH_ACCESS_TOKEN: token,
      DOCKER_REGISTRY_USER: REGISTRY_USER,
      DOCKER_REGISTRY_PASS: token,
      PULUMI_GCP_SKIP_REGION_VALIDATION: "true",
      // The plugin asks for its log's sake whose token it is, and goes on when it is refused.
      HTTPS_PROXY: `http://127.0.0.1:${port}`,
      https_proxy: `http://127.0.0.1:${port}`,
    },
    config: { "fleet:registryHost": `localhost:${port}` },
    identityFor: async (url) => {
      const asked = `http://127.0.0.1:${port}/_rehearsal/token?audience=${encodeURIComponent(url)}`;
      const answer = await fetch(asked, { headers: { authorization: `Bearer ${token}` } });
      return ((await answer.json()) as { token: string }).token;
    },
  },
).then(
  (code) => void (process.exitCode = code),
  (error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  },
);
