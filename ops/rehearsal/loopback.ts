import { connect, engineHost } from "../../docker/connect";
import { sharesLoopback } from "../../docker/same-loopback";
import { refuseWith } from "../../infra/problems";

/**
 * Refuses a rehearsal on an engine that does not see this machine's loopback, where its registry, its Google Cloud and
 * the metadata of its services listen. An engine that does not answer yet is started here, and sees it.
 * @throws ProblemsError
 */
export const requireLoopback = async (host = engineHost()): Promise<void> => {
  const docker = await connect(host);
  const answers = await docker.ping().then(
    () => true,
    () => false,
  );
  if (!answers || (await sharesLoopback(docker))) return;
  refuseWith({
    path: `Docker engine ${host}`,
    message:
      "it has another loopback than this machine, as one in a virtual machine has (Docker Desktop, Colima): it cannot push to the rehearsal's registry; allowed: an engine that runs on this machine itself",
    cure: "clone and run ./fleet rehearse on Linux with an engine of its own: a runner, or a virtual machine (Lima, Multipass)",
  });
};
