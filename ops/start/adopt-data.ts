import type { Inventory } from "../../docker/inventory";
import { refuseWith } from "../../infra/problems";
import { makerOf, UNLABELLED } from "../../infra/targets/local/checkouts";
import { cloneFile, thisClone } from "../../infra/targets/local/clone";
import { STACK_LABEL, stackLabel } from "../../infra/targets/local/labels";
import { writeWhenChanged } from "../stack/files";
import { command, type Stack } from "../stack/stack";
import type { Report } from "../terminal/phase";

type Adopting = { stack: Stack; maker: string; inventory: Pick<Inventory, "volumes">; report: Report };

/**
 * Keeps with this clone that the data that another clone made for this stack is its own from now on. The volumes' labels
 * stay as they are, as a volume with other labels would be another, empty one.
 * @throws ProblemsError where no volume of the stack was made by that clone.
 */
export const adoptData = ({ stack, maker, inventory, report }: Adopting): void => {
  const makers = inventory.volumes
    .filter(({ labels }) => labels[STACK_LABEL] === stackLabel(stack.name))
    .flatMap((volume) => makerOf(volume) ?? []);
  if (maker !== UNLABELLED && !makers.includes(maker))
    refuseWith({
      path: "--adopt-data-of",
      message: `no data of the stack ${stack.name} on this engine was made by "${maker}"; its data was made by: ${[...new Set(makers)].join(", ") || "nobody"}`,
      cure: `${command("start", stack)} (it says whose data it would take over)`,
    });
  const clone = thisClone();
  const adopted = new Set([...(clone.adopted[stack.name] ?? []), maker]);
  const changed = { ...clone, adopted: { ...clone.adopted, [stack.name]: [...adopted] } };
  writeWhenChanged(cloneFile(), `${JSON.stringify(changed, null, 2)}\n`);
  report(`from now on the data of the stack ${stack.name} that ${maker} made belongs to this clone`);
};
