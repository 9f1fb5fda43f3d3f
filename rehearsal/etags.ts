import { createHash } from "node:crypto";
import type { Resource } from "./store";

/** The etag changes with the content; the quotes belong to it, as to Google's. */
export const withEtag = <T extends Resource>(content: T): T & { etag: string } => {
  const { etag: _, ...rest } = content;
  const digest = createHash("sha256").update(JSON.stringify(rest)).digest("hex");
  return { ...content, etag: `"${digest.slice(0, 12)}"` };
};

/** An etag without quotes, as IAM's are: eight characters of base64. */
export const bareEtag = (content: Resource): string =>
  createHash("sha256").update(JSON.stringify(content)).digest("base64").slice(0, 8);
