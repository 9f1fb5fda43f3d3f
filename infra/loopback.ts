/** The names of this machine's own loopback, as URLs write them. */
export const LOOPBACK = ["localhost", "127.0.0.1", "[::1]"];

/** The names by which engines let a container reach this machine; `.internal` is nobody's, so no page can have them. */
export const FROM_CONTAINERS = ["host.docker.internal", "host.containers.internal", "host.lima.internal"];

/** Whether an address of any scheme leads to this machine; what is no address does not. */
export const isLoopback = (url: string): boolean => URL.canParse(url) && LOOPBACK.includes(new URL(url).hostname);
