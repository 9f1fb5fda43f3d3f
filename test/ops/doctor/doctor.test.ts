import assert from "node:assert/strict";
import type { Facts } from "../../../ops/doctor/facts";
import { examine } from "../../../ops/doctor/findings";
import { stackOf } from "../../../ops/stack/stack";
import { resources, running } from "../sample";

const lock = { pid: 42, username: "ana", hostname: "here", timestamp: "2026-11-24T09:00:00Z" };
const SOCKET = "unix:///var/run/docker.sock";
const info = { ServerVersion: "20.10.24", Driver: "overlay2" };
const engine = {
  ...{ host: SOCKET, apiVersion: "1.41", aheadSeconds: 0, info, addresses: [] },
  ...{ outside: [], inventory: running(), taken: [] },
};
const problem = { path: "somewhere", message: "is wrong", cure: "mend it" };

/** A machine on which all is well. */
const well: Facts = {
  stack: stackOf("dev"),
  node: [],
  missingTools: [],
  settings: [],
  passphrase: [],
  context: [],
  variables: [],
  checkout: [],
  disks: [{ folder: "/x", freeGiB: 5, neededGiB: 5, what: "building images" }],
  locks: [],
  view: { hostname: "here", commandOf: () => undefined, isPartial: false },
  processes: [],
  state: { resources, pending: [] },
  unfinishedBackups: [],
  engine,
};

const findingsOf = (facts: Partial<Facts>) => examine({ ...well, ...facts }).flatMap(({ findings }) => findings);
const inventory = running();
const [migrate, web] = inventory.containers;
const withContainers = (...containers: (typeof web)[]): Partial<Facts> => ({
  engine: { ...engine, inventory: { ...inventory, containers: containers.flatMap((each) => each ?? []) } },
});
const stray = { ...web!, id: "stray", name: "leads_dev_stray" };
const mark = (checkout: string) => ({ ...stray.labels, "dev.fleet.checkout": checkout });

describe("the doctor", () => {
  it("finds nothing where all is well, and says what it looked at", () => {
    assert.deepEqual(findingsOf({}), []);
    assert.deepEqual(
      examine(well).map(({ what }) => what),
      [
        "engine",
        "clock",
        "docker context",
        "environment",
        "checkout",
        "versions",
        "settings",
        "passphrase",
        "disk",
        "state lock",
        "interrupted work",
        "addresses",
        "ports",
        "neighbours",
        "orphans",
        "containers",
      ],
    );
  });

  it("tells what the engine is, and advises where it is emulated or cannot limit CPU", () => {
    const slow = { ...info, Architecture: process.arch === "arm64" ? "x86_64" : "aarch64", CpuCfsQuota: false };
    const [first] = examine({ ...well, engine: { ...engine, info: slow } });
    assert.equal(first?.seen, `Docker 20.10.24, overlay2, ${slow.Architecture} at ${SOCKET}`);
    assert.match((first.advice ?? []).map(({ message }) => message).join("\n"), /emulated[^]*cannot limit the CPU/);
    assert.deepEqual(first.findings, []);
  });

  for (const [what, apiVersion, outside, advised] of [
    ["an engine before 28 in a network", "1.47", ["eth0"], true],
    ["one whose neighbours are kept out, or that has none", "1.47", [], false],
    ["Docker 28", "1.48", ["eth0"], false],
  ] as const)
    it(`${advised ? "advises how to keep the network's neighbours from" : "has nothing to say of"} ${what}`, () => {
      const examined = examine({ ...well, engine: { ...engine, apiVersion, outside: [...outside] } });
      assert.deepEqual(
        examined.flatMap(({ findings }) => findings),
        [],
      );
      const advice = examined.flatMap((examination) => examination.advice ?? []);
      assert.equal(advice.length, advised ? 1 : 0);
      if (!advised) return;
      assert.match(advice[0]!.message, /others in the network of eth0 can reach ports that it publishes on loopback/);
      assert.match(advice[0]!.cure, /raw -I PREROUTING ! -i lo -d 127\.0\.0\.0\/8 -j DROP/);
      assert.match(advice[0]!.cure, /-I DOCKER-USER -i eth0 -m conntrack --ctstate NEW -j DROP/);
    });

  for (const [name, facts, message, cure] of [
    [
      "no engine",
      { engine: { host: SOCKET, error: Object.assign(new Error("connect"), { code: "ENOENT" }) } },
      /no Docker engine answers \(ENOENT\)/,
      /\.\/fleet start|install|Docker/,
    ],
    [
      "an engine that is too old",
      { engine: { ...engine, apiVersion: "1.40" } },
      /speaks version 1\.40/,
      /update Docker/,
    ],
    [
      "Podman behind Docker's socket",
      { engine: { ...engine, info: { ...info, BuildahVersion: "1.28.2" } } },
      /it is Podman/,
      /install Docker Engine/,
    ],
    [
      "an engine on another machine (M18)",
      { engine: { ...engine, host: "ssh://build" } },
      /ssh:\/\/build: it is on another machine/,
      /DOCKER_HOST=unix/,
    ],
    ["a context that is not there", { context: [problem] }, /somewhere: is wrong/, /mend it/],
    ["a wrong variable", { variables: [problem] }, /somewhere: is wrong/, /mend it/],
    ["a checkout that cannot be mounted", { checkout: [problem] }, /somewhere: is wrong/, /mend it/],
    ["an engine without addresses", { engine: { ...engine, addresses: [problem] } }, /somewhere: is wrong/, /mend it/],
    ["a clock that is ahead", { engine: { ...engine, aheadSeconds: 61.2 } }, /clock is 61 s ahead of/, /NTP/],
    ["a clock that is behind", { engine: { ...engine, aheadSeconds: -7 } }, /clock is 7 s behind/, /NTP/],
    ["a missing tool", { missingTools: ["Pulumi 3.250.0"] }, /Pulumi 3\.250\.0: is not installed/, /\.\/fleet start/],
    [
      "settings that no plan can be made of",
      { settings: [{ path: "fleet:sistems", message: "is no setting", cure: "pulumi config rm fleet:sistems" }] },
      /fleet:sistems: is no setting/,
      /config rm/,
    ],
    [
      "a passphrase that does not fit",
      { passphrase: [{ path: "Pulumi.dev.yaml", message: "wrong passphrase", cure: "git checkout" }] },
      /wrong passphrase/,
      /git checkout/,
    ],
    [
      "a full disk",
      { disks: [{ folder: "/x", freeGiB: 0.4, neededGiB: 5, what: "building images" }] },
      /0\.4 GiB free/,
      /make room/,
    ],
    ["the lock of a dead update", { locks: [lock] }, /killed update left its lock \(pid 42 of ana/, /\.\/fleet start/],
    ["a lock that cannot be read", { locks: [undefined] }, /left its lock \(unreadable\)/, /\.\/fleet start/],
    [
      "the lock of a living update",
      { locks: [lock], view: { hostname: "here", commandOf: () => "pulumi up", isPartial: false } },
      /an update holds its lock/,
      /wait for it to end.*cancel/,
    ],
    [
      "an operation that was cut off",
      { state: { resources, pending: [{ type: "creating", resource: { urn: "a::b::web", type: "t" } }] } },
      /killed while creating web/,
      /\.\/fleet start/,
    ],
    [
      "an unfinished backup",
      { unfinishedBackups: [".one.7"] },
      /snapshots\/dev\/\.one\.7: a backup was killed/,
      /fleet backup/,
    ],
    [
      "a port that is taken",
      { engine: { ...engine, taken: [{ path: "leads/web", port: 8086 }] } },
      /leads\/web: another program listens on its port 8086/,
      /sport = :8086.*portOffset=1000/,
    ],
    [
      "a container that no state knows",
      withContainers(migrate, web, { ...stray, labels: mark(process.cwd()) }),
      /leads_dev_stray: a container that no state knows/,
      /\.\/fleet start/,
    ],
    [
      "a network that no state knows",
      {
        engine: {
          ...engine,
          inventory: {
            ...inventory,
            networks: [...inventory.networks, { ...inventory.networks[0]!, id: "n", name: "lost" }],
          },
        },
      },
      /lost: a network that no state knows/,
      /\.\/fleet start/,
    ],
    [
      "a stack of another clone",
      withContainers(migrate, web, { ...stray, labels: mark("/tmp") }),
      /made by the clone in \/tmp/,
      /\.\/fleet down/,
    ],
    [
      "a stack of a clone that cannot be seen",
      withContainers(migrate, web, { ...stray, labels: mark("/nowhere/on/this/machine") }),
      /made by the clone in \/nowhere\/on\/this\/machine, which cannot be seen from here/,
      /docker rm -f/,
    ],
    [
      "another engine than the stack's",
      {
        engine: {
          ...engine,
          host: "unix:///run/other.sock",
          inventory: { ...inventory, containers: [], networks: [], volumes: [] },
        },
      },
      /stack dev: the Docker engine unix:\/\/\/run\/other.sock is not the one that it was made on/,
      /point DOCKER_HOST.*\.\/fleet pulumi refresh --yes --stack dev/,
    ],
    [
      "a plugin without its Pulumi",
      { processes: [{ pid: 77, parent: 1, command: "/x/pulumi-resource-docker", folder: process.cwd() }] },
      /process 77: a plugin that a killed update left/,
      /\.\/fleet start/,
    ],
    ["a container that is gone", withContainers(migrate), /leads_dev_web: the container is gone/, /\.\/fleet start/],
    [
      "a container that stopped",
      withContainers(migrate, { ...web!, running: false }),
      /leads_dev_web: the container is not running/,
      /\.\/fleet start/,
    ],
    [
      "a container without its network",
      withContainers(migrate, { ...web!, networks: { leads_dev_network: "another" } }),
      /leads_dev_web: the container has lost its network/,
      /\.\/fleet start/,
    ],
    [
      "an unhealthy container",
      withContainers(migrate, { ...web!, health: "unhealthy" }),
      /leads_dev_web: the container is unhealthy/,
      /fleet logs/,
    ],
  ] as [string, Partial<Facts>, RegExp, RegExp][]) {
    it(`finds ${name}, and says the cure`, () => {
      const findings = findingsOf(facts);
      assert.equal(findings.length, 1, JSON.stringify(findings));
      assert.match(`${findings[0]?.path}: ${findings[0]?.message}`, message);
      assert.match(findings[0]?.cure ?? "", cure);
    });
  }
});
