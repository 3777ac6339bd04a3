import { defineConfig } from "vite";

export default defineConfig({
  base: "./", // any host, any folder, IPFS
  build: { target: "es2022", modulePreload: { polyfill: false }, assetsInlineLimit: 0 },
});
