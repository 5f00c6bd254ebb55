import react from "@vitejs/plugin-react";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

export default defineConfig({
  plugins: [react()],
  resolve: {
    // The renderer has Slack's own emoji by name; the second dictionary would double the page.
    alias: { "node-emoji": fileURLToPath(new URL("src/no_more_emoji.ts", import.meta.url)) },
  },
  build: {
    sourcemap: false,
    modulePreload: false,
    chunkSizeWarningLimit: 1500,
    rollupOptions: {
      output: {
        // The same names for every build, so that a changed page is a changed file.
        entryFileNames: "assets/page.js",
        assetFileNames: "assets/page[extname]",
      },
    },
  },
  server: {
    proxy: { "/control": { target: "http://127.0.0.1:8750", ws: true } },
  },
});
