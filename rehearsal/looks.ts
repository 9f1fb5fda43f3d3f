import type { IncomingHttpHeaders } from "node:http";

const HEADER = "x-goog-request-reason";
const REASON = "fleet-look";

/**
 * The header of a request that only looks, such as the dashboard's every few seconds; Google writes its value into audit
 * logs (https://cloud.google.com/apis/docs/system-parameters).
 */
export const LOOKS = { [HEADER]: REASON } as const;

/** Whether a request only looks. It is nothing that a deployment asks: it is in no report, and no fault is used up by it. */
export const isLook = ({ method, headers }: { method: string; headers: IncomingHttpHeaders }): boolean =>
  method === "GET" && headers[HEADER] === REASON;
