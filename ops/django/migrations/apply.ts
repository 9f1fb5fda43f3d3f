import type Docker from "dockerode";
import { demultiplex } from "../../../docker/demultiplex";
import { inForeground } from "../../terminal/processes";
import type { MigrationJob } from "./jobs";

/**
 * Runs a job's own container again and shows what it prints; resolves to its exit code. It is the container that an
 * update would make: one that fails here is run again by the next update, and holds it back.
 */
export const applyJob = async ({ docker, job }: { docker: Docker; job: MigrationJob }): Promise<number> => {
  const container = docker.getContainer(job.container);
  const from = await container.attach({ stream: true, stdout: true, stderr: true });
  return inForeground({
    kill: (signal) => void container.kill({ signal }).catch(() => undefined),
    work: async () => {
      await container.start();
      await demultiplex({ from, stdout: process.stdout, stderr: process.stderr });
      const { StatusCode } = (await container.wait()) as { StatusCode: number };
      return StatusCode;
    },
  });
};
