import type Docker from "dockerode";

/** One line of what the engine tells of a pull, a push or a build; API 1.48 deprecates the first form of a failure. */
type Line = { error?: string; errorDetail?: { message?: string } };

/**
 * All that the engine tells of a pull, a push or a build, once it has ended.
 * @throws with the engine's message: a failure after the answer has begun is told in a line
 */
export const followed = async (docker: Docker, stream: NodeJS.ReadableStream): Promise<object[]> => {
  const lines = await new Promise<Line[]>((resolve, reject) => {
    docker.modem.followProgress(stream, (error: Error | null, told: Line[]) => (error ? reject(error) : resolve(told)));
  });
  const failure = lines.map(({ error, errorDetail }) => errorDetail?.message ?? error).find(Boolean);
  if (failure !== undefined) throw new Error(failure);
  return lines;
};
