/** Refusals of the engine, by its status: there is no such thing; it is started or stopped already; it is being removed. */
export const ABSENT = 404;
export const UNCHANGED = 304;
export const UNDER_WAY = 409;

/** Whether the engine says that there is no such container, network, volume or image. */
export const isGone = (error: unknown): boolean => isOneOf([ABSENT], error);

/** Does work of the engine for which some of its refusals are as good as success; undefined where it gave one of them. */
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
