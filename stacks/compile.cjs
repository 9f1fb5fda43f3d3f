// Compiles a TypeScript entry into .fleet/build when one of its sources changed, and returns the file to require.
// Plain JavaScript on purpose: it is what runs before anything is compiled.
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const { privateFolder } = require("./private-folder.cjs");

const root = path.dirname(__dirname);
const fingerprint = (file) => {
  const stat = fs.statSync(path.join(root, file), { throwIfNoEntry: false });
  return stat ? `${stat.mtimeMs}:${stat.size}` : "absent";
};

/** esbuild prints what is wrong and where, itself; its own stack would only hide it. */
const bundle = (options) => {
  try {
    return require("esbuild").buildSync(options);
  } catch (error) {
    const message = `${error.errors?.length ?? 1} error(s) in ${options.entryPoints} or what it imports, shown above; nothing was touched\n    cure: mend it, ./fleet lint shows more`;
    throw Object.assign(new Error(message), { stack: message, __pulumiRunError: true });
  }
};

exports.compile = (entry) => {
  const built = path.join(privateFolder(root), "build", `${entry.replaceAll("/", "-").replace(/\.ts$/, "")}.cjs`);
  const inputs = `${built}.inputs.json`;
  const isFresh = () => {
    if (!fs.existsSync(built) || !fs.existsSync(inputs)) return false;
    const seen = JSON.parse(fs.readFileSync(inputs, "utf8"));
    return Object.entries(seen).every(([file, mark]) => fingerprint(file) === mark);
  };
  if (isFresh()) return built;

  const { metafile, outputFiles } = bundle({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile: built,
    bundle: true,
    platform: "node",
    target: "node20",
    minifySyntax: true,
    keepNames: true,
    // The SDKs stay outside: Pulumi looks for their installed packages, and they load lazily.
    external: ["@pulumi/*", "dockerode", "esbuild", "google-auth-library"],
    metafile: true,
    write: false,
    logLevel: "error",
  });
  const marks = ["package-lock.json", "stacks/compile.cjs", ...Object.keys(metafile.inputs)].map((file) => [
    file,
    fingerprint(file),
  ]);
  fs.mkdirSync(path.dirname(built), { recursive: true });
  // Written beside and renamed, so that two commands at once never read half a file.
  for (const [file, text] of [
    [built, outputFiles[0].contents],
    [inputs, JSON.stringify(Object.fromEntries(marks))],
  ]) {
    fs.writeFileSync(`${file}.${process.pid}`, text);
    fs.renameSync(`${file}.${process.pid}`, file);
  }
  return built;
};
