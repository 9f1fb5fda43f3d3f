import { catalogue } from "../../../infra/catalogue";
import type { System } from "../../../infra/catalogue/vocabulary";
import type { StackSettings } from "../../stack/config-file";

export type WantedPort = { path: string; port: number };

/** The host ports that a stack of these settings asks for, as the catalogue numbers them plus its offset. */
export const wantedPorts = ({
  systems,
  portOffset,
  mariadb,
}: Pick<StackSettings, "systems" | "portOffset" | "mariadb">): WantedPort[] =>
  Object.entries<System>(catalogue)
    .filter(([name]) => systems.includes("all") || systems.includes(name))
    .flatMap(([system, { datastores, services }]) =>
      [...Object.entries(datastores), ...Object.entries(services)].flatMap(([name, part]) => {
        if (!("hostPort" in part) || part.hostPort === undefined || ("onDemand" in part && !mariadb)) return [];
        return [{ path: `${system}/${name}`, port: part.hostPort + portOffset }];
      }),
    );
