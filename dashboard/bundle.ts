import { readFileSync } from "node:fs";
import path from "node:path";

/** The page's files, by path. */
export type Page = Readonly<Record<string, { type: string; body: string }>>;

const FOLDER = path.resolve("dashboard", "page");

/** Bundles the page: a tenth of a second, and so it needs no build step that could be forgotten. */
export const bundlePage = async (): Promise<Page> => {
  const { build } = await import("esbuild");
  const { outputFiles } = await build({
    entryPoints: [path.join(FOLDER, "main.tsx")],
    outdir: "/",
    bundle: true,
    minify: true,
    format: "esm",
    target: ["chrome120", "firefox120", "safari17"],
    jsx: "automatic",
    jsxImportSource: "preact",
    define: { "process.env.NODE_ENV": '"production"' },
    write: false,
    logLevel: "error",
  });
  const bodyOf = (extension: string): string => outputFiles.find((file) => file.path.endsWith(extension))?.text ?? "";
  return {
    "/": { type: "text/html; charset=utf-8", body: readFileSync(path.join(FOLDER, "index.html"), "utf8") },
    "/main.js": { type: "text/javascript; charset=utf-8", body: bodyOf(".js") },
    "/main.css": { type: "text/css; charset=utf-8", body: bodyOf(".css") },
    "/icon.svg": { type: "image/svg+xml", body: readFileSync(path.join(FOLDER, "icon.svg"), "utf8") },
  };
};
