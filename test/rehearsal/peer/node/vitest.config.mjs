import path from "node:path";

export default {
  resolve: {
    alias: [{ find: /^@google-cloud\/secret-manager$/, replacement: path.resolve("secret-manager.mjs") }],
  },
  test: { testTimeout: 30_000, hookTimeout: 30_000, fileParallelism: false },
};
