import { defineConfig } from "vite";

export default defineConfig({
  base: "./", // any host, any folder, IPFS
  build: {
    target: "es2022",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    // One file for all that every visit loads: a slow network takes a while to begin with each.
    rolldownOptions: {
      output: { codeSplitting: { groups: [{ name: "first", tags: ["$initial"] }] } },
    },
  },
});
