import { existsSync } from "node:fs";
import type { Problem } from "../../infra/problems";
import { egressProblems, withoutLogIn } from "../../infra/targets/egress";

/** Variables by which npm, curl, Go, uv and the engine's builds find a proxy. */
const PROXIES = ["HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"];
/** Variables that name a file of certificates, for Node, curl, requests and git. That of builds and containers is egress's. */
const AUTHORITIES = ["NODE_EXTRA_CA_CERTS", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "GIT_SSL_CAINFO"];

/** The problems of this shell's environment: what it names is not there, or cannot be read as what it should be. */
export const variableProblems = (env: NodeJS.ProcessEnv): Problem[] => [
  ...PROXIES.flatMap((name) =>
    env[name] && !isProxy(env[name])
      ? [wrong(name, `${withoutLogIn(env[name])} is no address of a proxy; allowed: http://host:port`)]
      : [],
  ),
  ...egressProblems(env),
  ...AUTHORITIES.flatMap((name) =>
    env[name] && !existsSync(env[name]) ? [wrong(name, `there is no file ${env[name]}`)] : [],
  ),
  ...(env["DOCKER_DEFAULT_PLATFORM"]
    ? [
        wrong(
          "DOCKER_DEFAULT_PLATFORM",
          `every image would be made for ${env["DOCKER_DEFAULT_PLATFORM"]}, whatever the engine's processor is`,
        ),
      ]
    : []),
];

const isProxy = (value: string): boolean => /^(https?|socks5h?):$/.test(protocolOf(value));

const protocolOf = (value: string): string => (URL.canParse(value) ? new URL(value).protocol : "");

const wrong = (name: string, message: string): Problem => ({ path: name, message, cure: `unset ${name}` });
