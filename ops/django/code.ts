import { refuseWith } from "../../infra/problems";
import { APP_FOLDER } from "../../infra/targets/local/images";
import type { RunningStack } from "../stack/running";
import { idOf, partsOf, selectParts, type Part } from "../stack/select";
import { command } from "../stack/stack";

/** A web service, and the folder under services/ that its code is in. */
export type CodePart = Part & { folder: string };

type Named = { running: RunningStack; names: readonly string[] };

/**
 * The web services named; a system selects all of its own, a folder under services/ those built from it.
 * @throws ProblemsError for unknown names, and where the image has no development tools.
 */
export const codePartsOf = async ({ running, names }: Named): Promise<CodePart[]> => {
  const parts = selectParts({ names, parts: webParts(running) });
  for (const part of parts) await requireDevelopment({ running, part });
  return parts;
};

/** The first of the web services that a name stands for. */
export const codePartOf = async (running: RunningStack, name: string): Promise<CodePart> =>
  (await codePartsOf({ running, names: [name] }))[0] as CodePart;

export const webParts = (running: Pick<RunningStack, "published" | "services" | "datastores">): CodePart[] =>
  partsOf(running)
    .filter(({ kind }) => kind === "web")
    .map((part) => ({ ...part, folder: folderOf(running, part) }));

const folderOf = ({ published: { plan } }: Pick<RunningStack, "published">, part: Part): string =>
  plan.services.find(({ container }) => container === part.container)?.image ?? part.system;

type One = { running: RunningStack; part: Part };

/** The image has development tools only where code is mounted. */
const requireDevelopment = async ({ running: { docker, stack }, part }: One): Promise<void> => {
  const { HostConfig } = await docker.getContainer(part.container).inspect();
  const binds = HostConfig.Binds ?? [];
  if (binds.some((bind) => bind.split(":")[1] === APP_FOLDER)) return;
  refuseWith({
    path: idOf(part),
    message: "its image holds no tests and no tools: hotReload is off in this stack",
    cure: `${command("start", stack)} --config fleet:hotReload=true`,
  });
};
