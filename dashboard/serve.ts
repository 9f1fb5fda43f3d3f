import { Hono } from "hono";
import { listenOnLoopback } from "../guard/listen";
import { admit, allowedHosts, makeAccess } from "../guard/visitors";
import { refuse } from "../infra/problems";
import { readPublished } from "../ops/stack/published";
import { refuseElsewhere } from "../ops/stack/elsewhere";
import { answeringEngine, servicesIn } from "../ops/stack/running";
import { command, requireStack, type Stack } from "../ops/stack/stack";
import { readConfig } from "../ops/stack/config-file";
import { readState } from "../ops/stack/checkpoint";
import { DASHBOARD, pageHeaders } from "./access";
import { Actions } from "./actions";
import { bundlePage } from "./bundle";
import type { Running } from "./graph";
import { requireRehearsal } from "./cloud/place";
import { CloudWatch } from "./cloud/watch";
import { routes } from "./server";
import { Watch } from "./watch";

export type Dashboard = {
  /** The address, with the token. */
  url: string;
  close: () => void;
};

/**
 * Serves the dashboard of a stack on loopback. `port` 0 takes any that is free.
 * @throws ProblemsError where nothing of the stack runs, no engine answers or the port is taken.
 */
export const openDashboard = async ({ stack: name, port }: { stack: string; port: number }): Promise<Dashboard> => {
  const stack = requireStack(name);
  const { plan, services } = runningIn(stack);
  // Without an update there is no record of where it runs, and its config says where it will.
  const isInDocker = plan.target === "local" && readConfig(stack.configFile).config["fleet:target"] !== "gcp";
  const place = isInDocker ? undefined : await requireRehearsal(stack);
  if (services.length === 0)
    refuse([
      {
        path: `stack ${name}`,
        message: "nothing of it runs yet",
        cure: command(isInDocker ? "start" : "rehearse --keep", stack),
      },
    ]);
  const cloud = place && new CloudWatch(place);
  const docker = await answeringEngine();
  await refuseElsewhere({ stack, docker });

  const watch = new Watch({ docker, stack: name, running: () => runningIn(stack), ...(cloud && { cloud }) });
  const stop = (): void => {
    watch.stop();
    cloud?.stop();
  };
  const [page] = await Promise.all([bundlePage(), cloud?.start().then(() => watch.start()) ?? watch.start()]);
  const app = new Hono();
  const listening = await listenOnLoopback({ app, port }).catch((error: unknown) => {
    stop();
    throw error;
  });

  const { port: taken } = listening;
  const access = makeAccess();
  const hosts = allowedHosts({ port: taken, env: process.env });
  app.use(pageHeaders, admit({ access, port: taken, hosts, visited: DASHBOARD }));
  app.route("/", routes({ docker, watch, actions: new Actions(name), page }));
  const close = (): void => {
    stop();
    listening.close();
  };
  return { url: `http://127.0.0.1:${taken}/?token=${access.token}`, close };
};

const runningIn = (stack: Stack): Running => {
  const state = readState(stack) ?? { resources: [], pending: [] };
  const { plan } = readPublished({ stack: stack.name, state });
  return { plan, services: servicesIn({ plan, state }) };
};
