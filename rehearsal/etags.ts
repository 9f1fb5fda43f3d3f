import { createHash } from "node:crypto";
import type { Resource } from "./store";

/** Changes with the content, quotes included as Google's do. */
export const etagOf = (content: Resource): string => {
  const { etag: _, ...rest } = content;
  return `"${createHash("sha256").update(JSON.stringify(rest)).digest("hex").slice(0, 12)}"`;
};
