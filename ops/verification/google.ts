import { readdirSync } from "node:fs";
import { refuseWith } from "../../infra/problems";
import type { Config } from "../../infra/settings/stack-file";
import type { Variables } from "../stack/environment";
import { runCaptured } from "../terminal/processes";

/** The cloud that is verified: Google's, or in a test a rehearsed one. */
export type Verified = {
  /** The root of an API, with a slash at its end; undefined for one that the rehearsal does not know. */
  rootOf: (api: string) => string | undefined;
  /** Whether it costs money. */
  isReal: boolean;
  /** Variables for Pulumi, besides the recorder's. */
  variables: Variables;
  /** Settings besides the smallest ones. */
  config: Config;
  /** A token with which a service lets the person in. */
  identityFor: (url: string) => Promise<string>;
};

/** Google's own descriptions of the APIs that the rehearsal knows, one file for each version: "run.v2.json". */
const DOCUMENTS = "rehearsal/discovery/documents";

/** Google itself: an API has the name of its description, and its root there. */
export const google: Verified = {
  rootOf: (name) => {
    const isKnown = readdirSync(DOCUMENTS).some((file) => file.split(".")[0] === name);
    return isKnown ? `https://${name}.googleapis.com/` : undefined;
  },
  isReal: true,
  variables: {},
  config: {},
  identityFor: async (url) => {
    const { GoogleAuth } = await import("google-auth-library");
    try {
      const client = await new GoogleAuth().getIdTokenClient(url);
      return await client.idTokenProvider.fetchIdToken(url);
    } catch {
      // A person's own log-in names no audience; gcloud's does without.
      const { ok, stdout, stderr } = runCaptured({ command: "gcloud", args: ["auth", "print-identity-token"] });
      if (ok) return stdout.trim();
      return refuseWith({
        path: "credentials",
        message: `nothing says to a service who asks: ${stderr.trim().split("\n")[0]}`,
        cure: "gcloud auth login (as an owner of the project), then this again",
      });
    }
  },
};
