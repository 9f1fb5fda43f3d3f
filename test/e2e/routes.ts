import type { Service } from "../../ops/stack/health";

/** A path of each web service that asks its database whoever asks; callcenter looks the token up. */
export const ASKS_THE_DATABASE: Record<string, string> = {
  callcenter: "/api/v1/agents/",
  leads: "/api/v1/sources/",
  marketplace: "/api/v1/stores/",
  meet: "/api/v1/meetings/",
  reservas: "/api/v1/reservas/",
  usuarios: "/api/v1/usuarios/",
};

/** Headers with a token that has to be looked up. */
export const NOBODY = { authorization: "Token of-nobody" };

/** Where these services can be asked for something out of their databases, with the headers NOBODY. */
export const databaseRoutes = (services: readonly Service[]): { url: URL; container: string }[] =>
  services.flatMap(({ service, system, url, container }) => {
    const path = ASKS_THE_DATABASE[service === "web" ? system : service];
    return url && path ? [{ url: new URL(path, url), container }] : [];
  });
