// The invariants at length: node tests/contracts/invariants.mjs [FIRST] [LAST], by default pieces 1 to 100.
// Each piece is 100 runs of 100 calls for each suite, in a process of its own and with a seed of its own, so that any range
// of pieces can be run, and none is lost when a later one is stopped.
import { spawnSync } from "node:child_process";

const SUITES = 2; // the competition's and the quorum's
const [first, last] = [Number(process.argv[2] ?? 1), Number(process.argv[3] ?? 100)];
let calls = 0;
for (let piece = first; piece <= last; ++piece) {
  const seed = `0x${(0x6a75646765 + piece).toString(16)}`;
  const { status, signal, stdout } = spawnSync(
    "npx",
    ["hardhat", "test", "solidity", "--no-compile", "--test-profile", "long", "--grep", "invariant"],
    {
      env: { ...process.env, INVARIANT_SEED: seed },
      encoding: "utf8",
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  if (status !== 0 || stdout.split("(runs: 100)").length !== SUITES + 1) {
    console.log(stdout);
    console.log(`piece ${piece} failed, seed ${seed}${signal ? `, killed by ${signal}` : ""}`);
    process.exit(1);
  }
  calls += SUITES * 100 * 100;
  console.log(`piece ${piece} of ${last}: held, seed ${seed}, ${calls} calls so far`);
}
