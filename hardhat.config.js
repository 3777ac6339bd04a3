import { createRequire } from "node:module";

import { defineConfig } from "hardhat/config";

const require = createRequire(import.meta.url);
// The one place for compiler version and settings; oracle/chain/compile.py reads it too.
const { version, settings } = require("./contracts/solc.json");

export default defineConfig({
  paths: {
    sources: "./contracts",
    tests: { solidity: "./tests/contracts" },
  },
  solidity: {
    version,
    // The compiler is the locked npm package: nothing to download, the same bytes everywhere.
    path: require.resolve("solc/soljson.js"),
    settings,
  },
  test: {
    solidity: {
      fuzz: { runs: 256, seed: "0x6a75646765" },
      invariant: { runs: 256, depth: 50, failOnRevert: true },
    },
  },
});
