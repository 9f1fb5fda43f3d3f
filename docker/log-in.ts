import { spawnSync } from "node:child_process";
import type { AuthConfig } from "dockerode";
import path from "node:path";
import { configFolder, readJson } from "./context";

/** What `docker login` leaves behind, in Docker's own config. */
type Config = {
  auths?: Record<string, { auth?: string; identitytoken?: string }>;
  credsStore?: string;
  credHelpers?: Record<string, string>;
};

const DOCKER_HUB = "https://index.docker.io/v1/";

/** The registry of an image, as Docker's config names it: the part before the first slash where it is a host. */
export const registryOf = (image: string): string => {
  const [host = "", ...rest] = image.split("/");
  const isHost = rest.length > 0 && (host === "localhost" || /[.:]/.test(host));
  return isHost && host !== "docker.io" ? host : DOCKER_HUB;
};

/**
 * The log-in for an image's registry that `docker login` has kept, in the config itself or in the store of credentials that
 * it names, as the engine takes it with a pull; undefined where there is none. It is read anew each time and kept nowhere.
 */
export const logInFor = (image: string): AuthConfig | undefined => {
  const registry = registryOf(image);
  const { auths = {}, credsStore, credHelpers = {} } = readJson<Config>(path.join(configFolder(), "config.json")) ?? {};
  const helper = credHelpers[registry] ?? credsStore;
  const stored = helper && askHelper(helper, registry);
  if (stored) return { ...stored, serveraddress: registry };
  // A name may be written as an address.
  const [, kept] = Object.entries(auths).find(([name]) => [registry, `https://${registry}`].includes(name)) ?? [];
  if (kept?.identitytoken) return { identitytoken: kept.identitytoken, serveraddress: registry };
  const [username = "", password = ""] = Buffer.from(kept?.auth ?? "", "base64")
    .toString()
    .split(/:(.*)/s);
  return username ? { username, password, serveraddress: registry } : undefined;
};

/** https://docs.docker.com/reference/cli/docker/login/#credential-helper-protocol */
const askHelper = (name: string, registry: string): object | undefined => {
  const { status, stdout } = spawnSync(`docker-credential-${name}`, ["get"], {
    ...{ input: registry, encoding: "utf8", timeout: 10_000 },
  });
  if (status !== 0) return undefined;
  const { Username: username, Secret: secret } = JSON.parse(stdout) as { Username: string; Secret: string };
  return username === "<token>" ? { identitytoken: secret } : { username, password: secret };
};
