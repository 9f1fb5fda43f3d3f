/** What the peer's tests import as @google-cloud/secret-manager: the same client, over REST. */
import { SecretManagerServiceClient as Client } from "@google-cloud/secret-manager/build/src/index.js";
import { OAuth2Client } from "google-auth-library";

export class SecretManagerServiceClient extends Client {
  constructor({ servicePath, port }) {
    const authClient = new OAuth2Client();
    authClient.setCredentials({ access_token: "added-on-the-way" });
    super({ apiEndpoint: servicePath, port, protocol: "http", fallback: true, authClient });
  }
}
