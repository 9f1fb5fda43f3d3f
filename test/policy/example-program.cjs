// Runs the Pulumi program of the folder it is started in against mocks, with that folder's own packages, and prints what
// it asks for. The policy pack then judges it (examples.soak.ts).
"use strict";
const { readFileSync, writeSync } = require("node:fs");
const { createRequire } = require("node:module");
const { join } = require("node:path");

require("tsx/cjs");
const theirs = createRequire(join(process.cwd(), "package.json"));
const pulumi = theirs("@pulumi/pulumi");
const asked = [];
const SECRET = "4dabf18193072939515e22adb298388d";

const opened = (value) => {
  if (Array.isArray(value)) return value.map(opened);
  if (value === null || typeof value !== "object") return value;
  if (SECRET in value) return opened(value.value);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, opened(inner)]));
};

const mocks = {
  newResource: ({ type, name, inputs }) => {
    // Google's plugin names what the program leaves without a name.
    const props = type.startsWith("gcp:") ? { name, ...opened(inputs) } : opened(inputs);
    asked.push({ type, name, props });
    const account = { email: `${name}@acme-shop.iam.gserviceaccount.com`, statuses: [{ url: "https://x.run.app" }] };
    return { id: `${name}-id`, state: { ...account, ...props } };
  },
  call: ({ inputs }) => ({ ...inputs, projects: [{ number: "1" }] }),
};

const settled = async () => {
  for (let seen = -1; seen !== asked.length;) {
    seen = asked.length;
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
};

void (async () => {
  await pulumi.runtime.setMocks(mocks, "example", "dev", false, "acme");
  const config = { "gcp:project": "acme-shop", "gcp:region": "europe-west1", "gcp:zone": "europe-west1-b" };
  pulumi.runtime.setAllConfig(config);
  const main = JSON.parse(readFileSync("package.json", "utf8")).main ?? "index.ts";
  theirs(`./${main}`);
  await settled();
  writeSync(3, JSON.stringify(asked));
  process.reallyExit(0);
})();
