import { isIPv4 } from "node:net";

/** A range of addresses that is cut into networks of one size. */
export type Pool = { base: string; size: number };

/**
 * The engine's own ranges where its settings name none: 15 networks of 172.17 to 172.31, and 16 of 192.168
 * (moby's libnetwork/ipamutils, the same from 20.10 to 29).
 */
export const USUAL_POOLS: readonly Pool[] = [
  ...["172.17.0.0/16", "172.18.0.0/16", "172.19.0.0/16"].map((base) => ({ base, size: 16 })),
  ...["172.20.0.0/14", "172.24.0.0/14", "172.28.0.0/14"].map((base) => ({ base, size: 16 })),
  { base: "192.168.0.0/16", size: 20 },
];

/** How many networks can still be made: those of the pools that overlap with no subnet that is taken (`172.18.0.0/16`). */
export const freeNetworks = (pools: readonly Pool[], taken: readonly string[]): number => {
  const ranges = taken.flatMap((subnet) => rangeOf(subnet) ?? []);
  return pools
    .flatMap(({ base, size }) => cut(base, size))
    .filter(({ first, last }) => !ranges.some((other) => other.first <= last && first <= other.last)).length;
};

type Range = { first: number; last: number };

const cut = (base: string, size: number): Range[] => {
  const whole = rangeOf(base);
  if (whole === undefined) return [];
  const step = 2 ** (32 - size);
  const count = Math.floor((whole.last - whole.first + 1) / step);
  return Array.from({ length: count }, (_, index) => ({
    first: whole.first + index * step,
    last: whole.first + (index + 1) * step - 1,
  }));
};

/** Undefined for what is no IPv4 subnet. */
const rangeOf = (subnet: string): Range | undefined => {
  const [address = "", bits = "32"] = subnet.split("/");
  if (!isIPv4(address)) return undefined;
  const length = 2 ** (32 - Number(bits));
  const number = address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  const first = number - (number % length);
  return { first, last: first + length - 1 };
};
