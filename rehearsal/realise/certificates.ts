import { X509Certificate } from "node:crypto";
import { generate } from "selfsigned";

/** A server's certificate and key, and the certificate of the authority that signed it; all PEM. */
export type ServerCertificate = { cert: string; key: string; authority: string };

const DAYS = 3650;

/**
 * A certificate for a server, signed by an authority of its own, as every Memorystore instance has one. Like Google's it has no
 * Authority Key Identifier, which strict clients (Python 3.13) miss: github.com/redis/redis-py/issues/3685.
 */
export const serverCertificate = async (name: string): Promise<ServerCertificate> => {
  const notAfterDate = new Date(Date.now() + DAYS * 86_400_000);
  const made = { keyType: "ec" as const, algorithm: "sha256", notAfterDate };
  const authority = await generate([{ name: "commonName", value: `${name} CA (rehearsed)` }], {
    ...made,
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      { name: "keyUsage", keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const server = await generate([{ name: "commonName", value: name }], {
    ...made,
    ca: { key: authority.private, cert: authority.cert },
    extensions: [
      { name: "basicConstraints", cA: false },
      { name: "keyUsage", digitalSignature: true },
      { name: "extKeyUsage", serverAuth: true },
    ],
  });
  return { cert: server.cert, key: server.private, authority: authority.cert };
};

/** What Google's APIs tell of a certificate. */
export const describedCertificate = (cert: string) => {
  const { serialNumber, fingerprint, validFrom, validTo } = new X509Certificate(cert);
  return {
    cert,
    serialNumber,
    createTime: new Date(validFrom).toISOString(),
    expireTime: new Date(validTo).toISOString(),
    sha1Fingerprint: fingerprint.replaceAll(":", "").toLowerCase(),
  };
};
