/** Stands in a name for the port on this machine: names that a forwarder gives differ from port to port. */
const PORT = "{port}";

/** A host, with a port where it has one; no pattern: a page could have a name of it that it points at loopback. */
export const FORWARDED_HOST = /^([a-z0-9]|\{port\})([a-z0-9.-]|\{port\})*(:(\{port\}|[1-9]\d{0,4}))?$/;

/** The name at which Codespaces forwards a port of this machine (docs.github.com, default environment variables). */
export const codespaceHost = (variables: Readonly<Record<string, string | undefined>>): string | undefined => {
  const { CODESPACE_NAME: name, GITHUB_CODESPACES_PORT_FORWARDING_DOMAIN: domain } = variables;
  const host = `${name}-${PORT}.${domain}`;
  return name && domain && FORWARDED_HOST.test(host) ? host : undefined;
};

/** The names under which Codespaces sends requests on: the forwarded one or, rewritten, `https://localhost:<port>`. */
export const codespaceHosts = (variables: Readonly<Record<string, string | undefined>>): string[] => {
  const host = codespaceHost(variables);
  return host === undefined ? [] : [host, `localhost:${PORT}`];
};

/** The names under which a port is forwarded; one that carries the port names nothing where there is none. */
export const forwardedNames = (hosts: readonly string[], port: number | undefined): string[] =>
  hosts.flatMap((host) => {
    if (!host.includes(PORT)) return [host];
    return port === undefined ? [] : [host.replaceAll(PORT, String(port))];
  });

/** A comma-separated list of hosts with the forwarded names, as Django's ALLOWED_HOSTS has them: without ports. */
export const withForwarded = (hosts: string, names: readonly string[]): string =>
  [...new Set([...hosts.split(","), ...names.map((name) => name.replace(/:\d+$/, ""))])].join(",");

/** The origins of forwarded names: who forwards may speak https where the service speaks http. */
export const originsOf = (names: readonly string[]): string | undefined =>
  names.length === 0 ? undefined : names.flatMap((name) => [`https://${name}`, `http://${name}`]).join(",");
