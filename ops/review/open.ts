import { refuse, refuseWith } from "../../infra/problems";
import { selectParts } from "../stack/select";
import { inForeground } from "../terminal/processes";
import { personIdentity } from "./identity";
import { openProxy, type Proxy } from "./proxy";

/** A web service of a review stack. */
export type ReviewService = {
  /** Its place in the catalogue: `leads/web`. */
  id: string;
  /** Its address at Cloud Run. */
  url: string;
};

export type Opening = {
  services: readonly ReviewService[];
  /** `leads`, `leads/web` or `web`; none opens all. */
  wanted?: string | undefined;
  /** Google's project of the stack, for the command that grants a role there. */
  project?: string | undefined;
  /** The port on loopback, for one service; none takes any that is free. */
  port?: number | undefined;
  /** Of the session: it says where a rehearsal gives out identities. */
  env: NodeJS.ProcessEnv;
};

/**
 * Makes closed services visible to a browser on this machine until Ctrl-C.
 * @returns the exit code
 * @throws ProblemsError where nothing can be opened.
 */
export const openReview = async (opening: Opening): Promise<number> => {
  const chosen = choose(opening);
  await refuseStrangers(chosen, opening);
  const proxies: Proxy[] = [];
  // What was opened before another failed is closed too.
  try {
    for (const service of chosen) proxies.push(await open(service, opening));
    tell(chosen, proxies);
    await untilInterrupted();
  } finally {
    proxies.forEach(({ close }) => close());
  }
  return 0;
};

const choose = ({ services, wanted, port }: Opening): ReviewService[] => {
  const parts = services.map((service) => {
    const [system = "", name = ""] = service.id.split("/");
    return { ...service, system, name };
  });
  if (parts.length === 0)
    refuseWith({
      path: "review",
      message: "it has no web service to open",
      cure: "look at what it has: ./fleet review list",
    });
  const chosen = selectParts({ names: wanted === undefined ? [] : [wanted], parts });
  if (port !== undefined && chosen.length > 1)
    refuseWith({
      path: "--port",
      message: `${port} is one port, and ${chosen.length} services want one each`,
      cure: `name one of: ${chosen.map(({ id }) => id).join(", ")}`,
    });
  return chosen;
};

/** Nobody visits by a proxy that has no identity to show. */
const refuseStrangers = async (chosen: readonly ReviewService[], { env }: Opening): Promise<void> => {
  const [first] = chosen;
  if (first === undefined || (await personIdentity({ audience: first.url, env })) !== undefined) return;
  refuse([
    {
      path: first.id,
      message: "it is closed, and this machine has no login that Google gives an identity for",
      cure: "gcloud auth application-default login",
    },
  ]);
};

const open = ({ id, url }: ReviewService, { env, project, port }: Opening): Promise<Proxy> =>
  openProxy({
    ...{ url, env, project, port },
    name: id.replaceAll("/", "-"),
    identity: (audience) => personIdentity({ audience, env }),
  });

const tell = (chosen: readonly ReviewService[], proxies: readonly Proxy[]): void => {
  const width = Math.max(...chosen.map(({ id }) => id.length));
  for (const [index, { id }] of chosen.entries())
    process.stdout.write(`${id.padEnd(width)}  ${proxies[index]?.address ?? ""}\n`);
  process.stderr.write("Each address opens once, for the browser that follows it first. Ctrl-C closes them.\n");
};

/** Until Ctrl-C, or somebody's SIGTERM. */
const untilInterrupted = (): Promise<void> => {
  const ended = new AbortController();
  // What has a timer keeps the process, whatever the proxies do.
  const work = (): Promise<void> =>
    new Promise((done) => ended.signal.addEventListener("abort", () => done(), { once: true }));
  return inForeground({ kill: () => ended.abort(), work });
};
