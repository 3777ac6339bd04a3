import { createRequire } from "node:module";

import { defineConfig } from "hardhat/config";

const require = createRequire(import.meta.url);

export default defineConfig({
  paths: {
    sources: "./contracts",
    tests: { solidity: "./tests/contracts" },
  },
  solidity: {
    version: "0.8.37",
    // The compiler is the locked npm package: nothing to download, the same bytes everywhere.
    path: require.resolve("solc/soljson.js"),
    // oracle/chain/compile.py compiles with exactly these settings; a test compares the bytecode.
    settings: {
      viaIR: true,
      optimizer: { enabled: true, runs: 1_000_000 },
      evmVersion: "prague",
      metadata: { bytecodeHash: "none", appendCBOR: false },
    },
  },
  test: {
    solidity: {
      fuzz: { runs: 256, seed: "0x6a75646765" },
      invariant: { runs: 256, depth: 50, failOnRevert: true },
    },
  },
});
