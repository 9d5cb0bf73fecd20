import preact from "@preact/preset-vite";
import { loadEnv } from "vite";
import { defineConfig } from "vitest/config";

export default defineConfig(({ mode }) => {
  const { API = "http://127.0.0.1:8000" } = loadEnv(mode, ".", "API");
  return {
    base: "/console/",
    plugins: [preact()],
    build: {
      target: "es2022",
      cssTarget: ["chrome123", "firefox120", "safari17.5"],
      // A data address or a helper of the bundler's would need exceptions in the content policy.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
    },
    server: { proxy: { "^/(?!console)": API, "/console/config.json": API } },
    test: { include: ["tests/**/*.test.ts"] },
  };
});
