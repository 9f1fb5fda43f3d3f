import { execCaptured, type Exec } from "./exec";

type Place = Pick<Exec, "docker" | "container">;

const HEALTHS = ["starting", "healthy", "unhealthy"] as const;
/** The result of Docker's own health check; `starting` until its first run, after a whole interval. */
export type Health = (typeof HEALTHS)[number];

/** The health in a listing's text, `Up 5 seconds (health: starting)`; undefined without a check. */
export const healthIn = (status: string): Health | undefined =>
  /\((?:health: )?(starting|healthy|unhealthy)\)/.exec(status)?.[1] as Health | undefined;

/** The health in an inspection; undefined without a check, for which the engine says `none` or nothing. */
export const healthOf = ({ Health: check }: { Health?: { Status?: string } | undefined }): Health | undefined =>
  HEALTHS.find((health) => health === check?.Status);

/** The exit code in a listing's text, `Exited (3) 2 minutes ago`; 0 for a container that has not ended. */
export const exitCodeIn = (status: string): number => Number(/^Exited \((\d+)\)/.exec(status)?.[1] ?? 0);

type Life = { isRunning: boolean; restarts: number; exitCode: number };

/** Whether a container runs, how often Docker had to start it again, and the exit code of its last end. */
export const lifeOf = async ({ docker, container }: Place): Promise<Life> => {
  const { State, RestartCount } = await docker.getContainer(container).inspect();
  return { isRunning: State.Running, restarts: RestartCount, exitCode: State.ExitCode };
};

/** Whether a container passes its own check when it is run now, as Docker would; false where it has none. */
export const passesOwnCheck = async ({ docker, container }: Place): Promise<boolean> => {
  try {
    const { Config } = await docker.getContainer(container).inspect();
    const [form, ...test] = Config.Healthcheck?.Test ?? [];
    if (form !== "CMD" && form !== "CMD-SHELL") return false;
    const command = form === "CMD" ? test : ["/bin/sh", "-c", ...test];
    return (await execCaptured({ docker, container, command })).code === 0;
  } catch {
    // The container ended meanwhile.
    return false;
  }
};
