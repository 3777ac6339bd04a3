import { createRequire } from "node:module";

import { defineConfig } from "hardhat/config";

const require = createRequire(import.meta.url);
// The one place for compiler version and settings; oracle/chain/compile.py reads it too.
const { version, settings } = require("./contracts/solc.json");
// The compiler is the locked npm package: nothing to download, the same bytes everywhere.
const compiler = { version, path: require.resolve("solc/soljson.js") };

const common = {
  fuzz: { runs: 256, seed: "0x6a75646765" },
  invariant: { runs: 64, depth: 50, failOnRevert: true },
  fsPermissions: { readDirectory: ["tests/vectors"] },
};

export default defineConfig({
  paths: {
    sources: "./contracts",
    tests: { solidity: "./tests/contracts" },
  },
  solidity: {
    // Tests go without via-IR: it would take minutes. What is deployed, and tested, is the override.
    compilers: [{ ...compiler, settings: { ...settings, viaIR: false } }],
    overrides: {
      "contracts/Competition.sol": { ...compiler, settings },
      "contracts/AuditorQuorum.sol": { ...compiler, settings },
      "contracts/DrandBeacon.sol": { ...compiler, settings },
    },
  },
  test: {
    solidity: {
      profiles: {
        default: common,
        // A hundred pieces of this are `npm run invariants`, which takes hours.
        long: {
          ...common,
          fuzz: { ...common.fuzz, seed: process.env.INVARIANT_SEED ?? common.fuzz.seed },
          invariant: { ...common.invariant, runs: 100, depth: 100 },
        },
        // Many runs of all tests: tests/contracts/mutation.
        mutation: { ...common, fuzz: { ...common.fuzz, runs: 16 } },
        // Every call a transaction of its own, so that gas is what it is on a chain.
        gas: { ...common, isolate: true },
      },
    },
  },
});
