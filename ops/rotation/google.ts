import { askerOf } from "../../infra/targets/gcp/google";
import { partsOf } from "./versions";

/** The calls of Secret Manager that a rotation needs. */
export type SecretManager = {
  /** Disables every enabled version that is older than this one, and returns their names. A disabled one can be enabled again. */
  disableOlderThan: (version: string) => Promise<string[]>;
};

type Version = { name: string; state: string };

type Access = { accessToken: string | undefined; env: NodeJS.ProcessEnv };

/** `accessToken` is the stack's `gcp:accessToken`; without it Google's default credentials are used. */
export const connectSecrets = ({ accessToken, env }: Access): SecretManager => {
  const ask = askerOf({
    base: env["GOOGLE_SECRET_MANAGER_CUSTOM_ENDPOINT"] ?? "https://secretmanager.googleapis.com/v1/",
    accessToken,
    env,
  });

  const versionsOf = async (secret: string, page?: string): Promise<Version[]> => {
    const at = `${secret}/versions?pageSize=250${page === undefined ? "" : `&pageToken=${encodeURIComponent(page)}`}`;
    const { versions = [], nextPageToken } = await ask<{ versions?: Version[]; nextPageToken?: string }>("GET", at);
    return nextPageToken ? [...versions, ...(await versionsOf(secret, nextPageToken))] : versions;
  };

  return {
    disableOlderThan: async (name) => {
      const { secret, version } = partsOf(name);
      const older = (await versionsOf(secret)).filter(
        (other) => other.state === "ENABLED" && partsOf(other.name).version < version,
      );
      for (const other of older) await ask("POST", `${other.name}:disable`);
      return older.map((other) => other.name);
    },
  };
};
