import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { jwtVerify, SignJWT } from "jose";

const ISSUER = "https://accounts.google.com";
const VALID = "1h";

/** The account that a token identifies, and the audience that it is meant for. */
export type Bearer = { email: string; audience: string };

/**
 * Gives identity tokens as Google does, and knows its own. The key stays in the rehearsal's folder, so that tokens
 * outlive a restart.
 */
export class Identity {
  readonly #key: KeyObject;

  constructor(folder: string) {
    this.#key = keyIn(join(folder, "identity.pem"));
  }

  /** An OpenID Connect token: https://cloud.google.com/docs/authentication/get-id-token */
  token({ email, audience }: Bearer): Promise<string> {
    return new SignJWT({ email, email_verified: true })
      .setProtectedHeader({ alg: "RS256", typ: "JWT", kid: "rehearsal" })
      .setIssuer(ISSUER)
      .setSubject(email)
      .setAudience(audience)
      .setIssuedAt()
      .setExpirationTime(VALID)
      .sign(this.#key);
  }

  /** Undefined for a token that is not ours, too old, or meant for somebody else. */
  async verify(token: string, audiences: string[]): Promise<Bearer | undefined> {
    try {
      const options = { issuer: ISSUER, audience: audiences, algorithms: ["RS256"] };
      const { payload } = await jwtVerify(token, createPublicKey(this.#key), options);
      return { email: String(payload["email"]), audience: String(payload.aud) };
    } catch {
      return undefined;
    }
  }
}

const keyIn = (file: string): KeyObject => {
  if (!existsSync(file)) {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(file, privateKey.export({ type: "pkcs8", format: "pem" }), { mode: 0o600 });
  }
  return createPrivateKey(readFileSync(file));
};
