import type { MiddlewareHandler } from "hono";
import type { Visited } from "../guard/visitors";

export const DASHBOARD: Visited = {
  name: "dashboard",
  title: "fleet dashboard",
  command: "fleet dashboard",
  icon: "/icon.svg",
};

/** Nothing from elsewhere runs in the page, nobody frames it, and no other site learns its address. */
export const pageHeaders: MiddlewareHandler = async (c, next) => {
  const own = ["script", "style", "connect", "img"].map((kind) => `${kind}-src 'self'`);
  const none = ["frame-ancestors", "base-uri", "form-action"].map((kind) => `${kind} 'none'`);
  c.header("Content-Security-Policy", ["default-src 'none'", ...own, ...none].join("; "));
  c.header("X-Content-Type-Options", "nosniff");
  c.header("Referrer-Policy", "no-referrer");
  c.header("Cross-Origin-Resource-Policy", "same-origin");
  c.header("Cache-Control", "no-store");
  await next();
};
