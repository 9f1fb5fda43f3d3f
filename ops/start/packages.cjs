// Node's version and the npm packages: what has to be right before anything else can be loaded.
"use strict";
const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const { privateFolder } = require("../../stacks/private-folder.cjs");

const OLDEST_NODE = [20, 19];
/** Holds the pid of a running `npm ci`; what is left of a killed one says that node_modules cannot be trusted. */
const MARKER = ".fleet/npm-ci.pid";
/** What set-up remembers (memory.ts): here, how long works of minutes took. */
const MEMORY = ".fleet/setup.json";
const WORK = "packages";
const SIZE = "340 MB in node_modules (2026-11-28)";

exports.nodeIsTooOld = (version) => {
  const [major, minor] = version.split(".").map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return undefined;
  return `Node: ${version} is too old, ${OLDEST_NODE.join(".")} or newer is needed\n    cure: install Node 24 (a long-term version), for example with: nvm install 24`;
};

const canWrite = (path) => {
  try {
    fs.accessSync(path, fs.constants.W_OK);
    return true;
  } catch {
    return false;
  }
};

/** A run with sudo, or as root in a container, leaves files that the checkout's own user cannot change. */
exports.ofAnotherUser = (root = ".", isOurs = canWrite) => {
  const folder = path.join(root, ".fleet");
  if (!fs.existsSync(folder)) return undefined;
  // A folder of root's own cannot even be listed.
  const within = () => fs.readdirSync(folder).map((name) => path.join(folder, name));
  const found = isOurs(folder) ? within().find((each) => !isOurs(each)) : folder;
  return (
    found &&
    `${found}: it belongs to another user and cannot be changed, as after a run with sudo\n    cure: sudo chown -R "$(id -u):$(id -g)" .fleet, then run this again`
  );
};

/** Runs `npm ci` when node_modules is not what package-lock.json says. Returns a message when that fails. */
exports.installPackages = () => {
  const other = runningInstall();
  if (other)
    return `node_modules: another \`npm ci\` (pid ${other}) is at work\n    cure: wait for it to end and run this again; if it is no npm, delete ${MARKER}`;
  if (
    !fs.existsSync(MARKER) &&
    matchesLock(readJson("node_modules/.package-lock.json"), readJson("package-lock.json"))
  ) {
    return undefined;
  }

  const started = Date.now();
  const { took = {}, ...memory } = readJson(MEMORY) ?? {};
  const last = took[WORK] === undefined ? "" : `; it took ${took[WORK]} s here the last time`;
  process.stderr.write(`packages: npm ci, ${SIZE}${last}\n`);
  privateFolder(".");
  fs.writeFileSync(MARKER, String(process.pid));
  // No package needs a script of its own to be installed; one that wants to run one gets no say on this machine.
  const args = ["ci", "--include=dev", "--ignore-scripts", "--no-audit", "--no-fund"];
  const { status, signal, error } = spawnSync("npm", args, { stdio: ["ignore", 2, 2], env: forNode(process.env) });
  if (status !== 0) {
    const why = error ? error.message : signal ? `it was stopped by ${signal}` : `it ended with exit code ${status}`;
    return `node_modules: npm ci did not finish: ${why}\n    cure: see npm's own lines above; then run this again, it continues from here`;
  }
  fs.rmSync(MARKER);
  const seconds = Math.round((Date.now() - started) / 1000);
  const known = { ...memory, took: { ...took, [WORK]: seconds } };
  fs.writeFileSync(`${MEMORY}.new`, `${JSON.stringify(known, null, 2)}\n`, { mode: 0o600 });
  fs.renameSync(`${MEMORY}.new`, MEMORY);
  process.stderr.write(`packages: installed in ${seconds} s\n`);
  return undefined;
};

/** The one setting for trusted authorities has another name for Node; a person's own choice of that stays. */
const forNode = (env) => (env.SSL_CERT_FILE ? { NODE_EXTRA_CA_CERTS: env.SSL_CERT_FILE, ...env } : env);
exports.forNode = forNode;

/** True when everything the lock asks for (optional packages apart) is installed in that version, and nothing else. */
const matchesLock = (installed, lock) => {
  if (!installed || !lock) return false;
  const same = ([name, { version, integrity }]) =>
    lock.packages[name]?.version === version && lock.packages[name]?.integrity === integrity;
  const isThere = ([name, entry]) => name === "" || entry.optional || entry.devOptional || installed.packages[name];
  return Object.entries(installed.packages).every(same) && Object.entries(lock.packages).every(isThere);
};
exports.matchesLock = matchesLock;

const runningInstall = () => {
  const pid = Number(fs.existsSync(MARKER) && fs.readFileSync(MARKER, "utf8"));
  if (!pid || pid === process.pid) return undefined;
  try {
    process.kill(pid, 0);
    return pid;
  } catch {
    return undefined;
  }
};

const readJson = (file) => {
  try {
    return JSON.parse(fs.readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
};
