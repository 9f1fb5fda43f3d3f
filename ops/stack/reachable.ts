/** Browsers and curl find every name below localhost on this machine (RFC 6761); Node resolves only localhost. */
export const reachable = (address: string): string => {
  const url = new URL(address);
  if (url.hostname.endsWith(".localhost")) url.hostname = "127.0.0.1";
  return url.href;
};
