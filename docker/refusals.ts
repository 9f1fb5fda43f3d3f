/** The engine's statuses for a missing object, one that is started or stopped already, and one that is being removed. */
export const ABSENT = 404;
export const UNCHANGED = 304;
export const UNDER_WAY = 409;

/** Whether the engine says that there is no such container, network, volume or image. */
export const isGone = (error: unknown): boolean => isOneOf([ABSENT], error);

/** Awaits a request to the engine for which some refusals are as good as success; undefined for one of them. */
export const ignoring = async <T>(statusCodes: readonly number[], work: Promise<T>): Promise<T | undefined> => {
  try {
    return await work;
  } catch (error) {
    if (isOneOf(statusCodes, error)) return undefined;
    throw error;
  }
};

const isOneOf = (statusCodes: readonly number[], error: unknown): boolean =>
  statusCodes.includes((error as { statusCode?: number }).statusCode ?? 0);
