import { createServer as createHttps, type Server as TlsServer } from "node:https";
import { createServer, type Server } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** An office's proxy that looks into TLS: what it answers is signed by an authority of its own. */
export type Proxy = {
  url: string;
  /** The file of its authority's certificate. */
  authority: string;
  /** The hosts that it was asked for. */
  asked: string[];
  close: () => void;
};

/** The only host that there is behind it. */
export const HIDDEN = "hidden.example";

/** @param address where it listens, for those that do not reach loopback */
export const inspectingProxy = async (address = "127.0.0.1"): Promise<Proxy> => {
  const folder = mkdtempSync(join(tmpdir(), "fleet-proxy-"));
  const asked: string[] = [];
  const { key, cert, authority } = certificates(folder);
  const site: TlsServer = createHttps({ key, cert }, (_, answer) => answer.end("from behind the proxy"));
  const port = await listening(site, "127.0.0.1");
  const sockets: Socket[] = [];
  const proxy = createServer((_, answer) => answer.writeHead(403).end());
  proxy.on("connect", ({ url = "" }, client: Socket) => {
    asked.push(url);
    const upstream = connect(port, "127.0.0.1", () => {
      client.write("HTTP/1.1 200 Connection established\r\n\r\n");
      upstream.pipe(client).pipe(upstream);
    });
    sockets.push(client, upstream);
    for (const socket of [client, upstream]) socket.on("error", () => [client, upstream].forEach((s) => s.destroy()));
  });
  const url = `http://${address}:${await listening(proxy, address)}`;
  const close = (): void => {
    for (const socket of sockets) socket.destroy();
    for (const server of [site, proxy]) {
      server.close();
      server.closeAllConnections();
    }
    rmSync(folder, { recursive: true });
  };
  return { url, authority, asked, close };
};

const listening = (server: Server | TlsServer, address: string): Promise<number> =>
  new Promise((ready) => server.listen(0, address, () => ready((server.address() as AddressInfo).port)));

/** Node cannot sign certificates; openssl is on every machine that has git. */
const certificates = (folder: string): { key: Buffer; cert: Buffer; authority: string } => {
  const openssl = (...args: string[]): Buffer => execFileSync("openssl", args, { cwd: folder, stdio: "pipe" });
  const made = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-x509"];
  // Python 3.13 asks for it (VERIFY_X509_STRICT).
  const usage = ["-addext", "keyUsage=critical,keyCertSign,cRLSign"];
  openssl("req", ...made, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=Office", ...usage);
  const signed = ["-CA", "ca.pem", "-CAkey", "ca.key", "-addext", `subjectAltName=DNS:${HIDDEN}`];
  const plain = ["-addext", "basicConstraints=critical,CA:FALSE"];
  openssl("req", ...made, ...signed, ...plain, "-keyout", "key.pem", "-out", "cert.pem", "-subj", `/CN=${HIDDEN}`);
  const read = (name: string): Buffer => readFileSync(join(folder, name));
  return { key: read("key.pem"), cert: read("cert.pem"), authority: join(folder, "ca.pem") };
};
