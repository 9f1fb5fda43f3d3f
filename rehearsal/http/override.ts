import type { IncomingHttpHeaders } from "node:http";

type Asked = { verb: string; query: string; body: string; headers: IncomingHttpHeaders };

const OVERRIDE = "x-http-method-override";
const FORM = "application/x-www-form-urlencoded";

/**
 * The method that a client means where it could only send POST. Google's Python client sends a GET so whose address would be
 * longer than 2048 characters, with the query in the body.
 */
export const overridden = ({ headers, ...asked }: Asked): Omit<Asked, "headers"> => {
  const verb = [headers[OVERRIDE]].flat()[0]?.toUpperCase();
  if (asked.verb !== "POST" || !verb) return asked;
  const isForm = headers["content-type"]?.toLowerCase().startsWith(FORM) ?? false;
  if (verb !== "GET" || !isForm) return { ...asked, verb };
  return { verb, query: [asked.query, asked.body].filter(Boolean).join("&"), body: "" };
};
