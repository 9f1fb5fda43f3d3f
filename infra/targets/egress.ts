import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isLoopback } from "../loopback";
import { when, type Problem } from "../problems";

/**
 * How what is built and run here reaches the internet: this machine's proxies, and the authorities that it trusts. They lie
 * in two files that are always there, at the same place in every clone. Builds get them as secrets, containers by a mount:
 * neither is part of a state, an image or what a step is cached under, so machines with and without a proxy make the same.
 */
const FOLDER = join(".fleet", "egress");
const FILES = { proxies: "proxies", authorities: "authorities.pem" } as const;

/** The folder in which a service's container finds both; services/chassis/chassis/egress.py reads it. */
export const EGRESS_FOLDER = "/run/egress";

/** Where both lie on the engine's machine, below a clone's folder there. */
export const egressIn = (clone: string): string => join(clone, FOLDER);

/** The secrets of every build; services/egress.sh reads them. */
export const egressSecrets = Object.entries(FILES).map(([id, file]) => ({ id, src: join(FOLDER, file) }));

/** What curl, Go, Python and Node's npm call them. */
const PROXIES = ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"] as const;
const AUTHORITIES = "SSL_CERT_FILE";

/** BuildKit takes no larger secret (util/secrets, MaxSecretSize). */
const LARGEST_KB = 500;

/** The problems of the file of authorities that the environment names. */
export const egressProblems = (env: NodeJS.ProcessEnv): Problem[] => {
  const file = env[AUTHORITIES];
  if (!file) return [];
  const said = (message: string): Problem => ({
    path: `${AUTHORITIES}=${file}`,
    message: `${message}; allowed: a file of PEM certificates of at most ${LARGEST_KB} kB`,
    cure: `export ${AUTHORITIES}=/etc/ssl/certs/ca-certificates.crt (docs/network.md), or unset ${AUTHORITIES}`,
  });
  try {
    if (statSync(file).size > LARGEST_KB * 1024) return [said("it is too large for a build")];
    return when(!readFileSync(file, "utf8").includes("-----BEGIN CERTIFICATE-----"), said("it holds no certificate"));
  } catch {
    return [said("it cannot be read")];
  }
};

type Proxies = { reachable: [name: string, value: string][]; unreachable: [name: string, value: string][] };

/** The proxies that the environment names; containers do not reach those on this machine's loopback. */
export const proxiesIn = (env: NodeJS.ProcessEnv): Proxies => {
  const found = PROXIES.flatMap((name): Proxies["reachable"] => {
    const value = env[name] || env[name.toLowerCase()];
    return value ? [[name, value]] : [];
  });
  const isHere = ([, value]: [string, string]): boolean =>
    isLoopback(value.includes("://") ? value : `http://${value}`);
  return { reachable: found.filter((each) => !isHere(each)), unreachable: found.filter(isHere) };
};

/** An address as it may be told: that of a proxy may hold a log-in. */
export const withoutLogIn = (address: string): string => address.replace(/\/\/[^@]*@/, "//***@");

/** Writes both files, empty where the environment names nothing. Returns the proxies that it leaves out, to be told. */
export const writeEgress = (env: NodeJS.ProcessEnv): string[] => {
  const { reachable, unreachable } = proxiesIn(env);
  mkdirSync(FOLDER, { recursive: true });
  write(FILES.proxies, reachable.map(([name, value]) => `${name}=${value}\n`).join(""));
  write(FILES.authorities, env[AUTHORITIES] ? readFileSync(env[AUTHORITIES], "utf8") : "");
  return unreachable.map(([name, value]) => `${name}=${withoutLogIn(value)}`);
};

/** Both files, empty, for plain Pulumi in a clone that no command has set up since there are such files. */
export const ensureEgress = (): void => {
  if (!egressSecrets.every(({ src }) => existsSync(src))) writeEgress({});
};

/** Readable for the services' user; the folder above lets nobody else in. */
const write = (file: string, text: string): void => {
  if (existsSync(join(FOLDER, file)) && readFileSync(join(FOLDER, file), "utf8") === text) return;
  const beside = join(FOLDER, `${file}.${process.pid}`);
  writeFileSync(beside, text, { mode: 0o644 });
  renameSync(beside, join(FOLDER, file));
};
