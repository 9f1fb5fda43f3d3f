import * as pulumi from "@pulumi/pulumi";
import { resolve } from "node:path";
import type { Settings } from "../../../infra/settings/schema";
import { prepare } from "../../../infra/targets/local";
import type { EngineState } from "../../../infra/targets/local/engine";
import type { Gates } from "../../../infra/targets/local/gates";
import { derivedSecret } from "../../../infra/targets/local/secrets";
import { inventoryOf, type Asked, type Exits } from "../../inventory";
import { localPlan, made, settings, specified } from "../example";

export const CONTAINER = "docker:index/container:Container";
/** An engine that has nothing. */
export const emptyEngine: EngineState = { id: "engine", containers: [], volumes: [], takenPorts: new Map() };
const open: Gates = { datastore: () => Promise.resolve(), service: () => Promise.resolve() };

/** What a local stack of two systems asks for under mocks. */
export const askedOfDocker = (
  change: Partial<Settings> = {},
  {
    engine = emptyEngine,
    exits = {},
    gates = {},
    ...of
  }: { engine?: EngineState; exits?: Exits; gates?: Partial<Gates>; mountFolder?: string } = {},
) =>
  inventoryOf(
    () =>
      made(
        prepare({
          plan: localPlan(specified, {
            ...settings,
            stack: "dev",
            systems: ["callcenter", "leads"],
            hotReload: true,
            ...change,
          }),
          secretValues: { "callcenter-db-postgres-password": pulumi.secret("django_pass") },
          servicesFolder: resolve("services"),
          ...of,
          engine,
          gates: { ...open, ...gates },
        }),
      ),
    { exits },
  );

export const labelsOf = ({ inputs }: Asked): Record<string, string> =>
  Object.fromEntries(inputs["labels"].map(({ label, value }: { label: string; value: string }) => [label, value]));
/** A secret that the config does not give, as the mocks' seed makes it. */
export const derived = (name: string, length: number): string =>
  derivedSecret({ seed: "random of secrets-seed", name, length });
export const envOf = ({ inputs }: Asked): string[] => inputs["envs"].secret ?? inputs["envs"];
export const namesOf = (asked: readonly Asked[], type: string): string[] =>
  asked.filter((r) => r.type === type).map(({ name }) => name);
