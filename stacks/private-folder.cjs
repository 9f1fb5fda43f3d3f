// The folder of a clone's state, secrets, snapshots and all that can be made again.
// Plain JavaScript on purpose: what runs before anything is compiled makes it too.
"use strict";
const fs = require("node:fs");
const path = require("node:path");

/**
 * Makes `.fleet` so that no other user of the machine can read it, and tightens one that was made looser. dev's secrets
 * are encrypted in it with a passphrase that everybody knows.
 */
exports.privateFolder = (root) => {
  const folder = path.join(root, ".fleet");
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { mode, uid } = fs.statSync(folder);
  const mayChange = [0, uid].includes(process.getuid?.());
  if (mode & 0o077 && mayChange) fs.chmodSync(folder, 0o700);
  return folder;
};
