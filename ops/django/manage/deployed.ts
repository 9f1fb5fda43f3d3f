import { refuseWith } from "../../../infra/problems";
import type { State } from "../../stack/checkpoint";
import { idOf, type Part } from "../../stack/select";

const RESOURCES = /^gcp:cloudrunv2\/(?:service:Service|job:Job|workerPool:WorkerPool)$/;

/** The full name at Google of a service of a cloud stack. @throws ProblemsError where the stack has not made it */
export const resourceIn = (
  { resources }: State,
  part: Pick<Part, "system" | "name" | "container">,
  stack: string,
): string => {
  const made = resources.find(
    ({ type, outputs, delete: isLeftOver }) =>
      RESOURCES.test(type) && !isLeftOver && outputs?.["name"] === part.container,
  );
  if (made?.id !== undefined) return made.id;
  return refuseWith({
    path: idOf(part),
    message: `${stack} has not made ${part.container} yet`,
    cure: `./fleet pulumi up --stack ${stack}`,
  });
};
