import { invalidArgument } from "./errors";
import type { Resource } from "./store";
import { compared, valuesAt } from "./values";

/**
 * Items in the order that was asked for: fields, separated by commas, each with `desc` after it or (Monitoring) `-` before it
 * (https://google.aip.dev/132#ordering). Without one they stay as they are.
 * @throws ApiError 400
 */
export const ordered = (items: Resource[], orderBy: string): Resource[] => {
  if (orderBy.trim() === "") return items;
  const fields = orderBy.split(",").map((text) => {
    const [, minus, path = "", way] = /^\s*(-?)([\w.]+)(?:\s+(asc|desc))?\s*$/i.exec(text) ?? [];
    if (!path) throw invalidArgument(`Invalid order_by: ${orderBy}`);
    return { path: path.split("."), sign: minus || way?.toLowerCase() === "desc" ? -1 : 1 };
  });
  return [...items].sort((a, b) => {
    for (const { path, sign } of fields) {
      const difference = compared(valuesAt(a, path)[0], valuesAt(b, path)[0]);
      if (difference !== 0) return sign * difference;
    }
    return 0;
  });
};
