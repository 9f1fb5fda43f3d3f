import { transformSync } from "esbuild";
import { readFileSync } from "node:fs";

/**
 * A TypeScript program of Pulumi's own documentation, as the npm package @pulumi/gcp has it beside its types
 * (cloudrunv2/job.d.ts and so on), unchanged.
 */
export const documented = ({ resource, title }: { resource: string; title: string }): string => {
  const comments = readFileSync(`node_modules/@pulumi/gcp/${resource}.d.ts`, "utf8");
  const [, below] = comments.split(` * ### ${title}\n`);
  const [, block] = /^ \* ```typescript\n([^]*?)^ \* ```$/m.exec(below ?? "") ?? [];
  if (block === undefined) throw new Error(`${resource} has no example "${title}"`);
  return block.replace(/^ \* ?/gm, "");
};

/** The program as Node runs it. */
export const compiled = (program: string): string => transformSync(program, { loader: "ts", format: "cjs" }).code;
