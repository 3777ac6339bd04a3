// Runs the Solidity tests again and again in one process, each time on other contracts.
import { EdrContext } from "@nomicfoundation/edr";
import hre from "hardhat";

// Those of gas and of the fuzzed invariants stay out: the unit tests must do.
const LEFT_OUT = "invariant|testGas|testCodeSize|testHandler";
// A mutant's endless loop ends here; no test needs as much.
const GAS_LIMIT = 400_000_000n;
// And so does the search for inputs where a mutant leaves none that a test could take.
const MAX_REJECTS = 2000;

/**
 * What Hardhat hands to its test runner. Its task reads all artifacts anew for each run, and 30 MB of
 * compiler output for stack traces that nobody reads here; that takes longer than the tests.
 */
async function capturedRun() {
  const { runSolidityTests } = EdrContext.prototype;
  let captured;
  EdrContext.prototype.runSolidityTests = function (...given) {
    captured = { context: this, given };
    return runSolidityTests.apply(this, given);
  };
  const { write } = process.stdout;
  process.stdout.write = (_, encoding, written = encoding) => {
    if (typeof written === "function") written();
    return true;
  };
  try {
    const test = hre.tasks.getTask(["test", "solidity"]);
    const { success } = await test.run({
      noCompile: true,
      testProfile: "mutation",
      grepExclude: LEFT_OUT,
    });
    if (!success) throw new Error("the tests fail without a mutation");
  } finally {
    process.stdout.write = write;
    EdrContext.prototype.runSolidityTests = runSolidityTests;
  }
  return captured;
}

/**
 * The tests: `suites` lists them, `failing(codes, suites)` says which of these fail, and `deployed`, the
 * code by name that they deploy without a mutation.
 */
export async function loadTests() {
  const { context, given } = await capturedRun();
  const [chainType, artifacts, suites, config] = given;

  /** Names of the failing tests, where `codes` are deployed in place of the contracts of these names. */
  const failing = async (codes, chosen, fuzzRuns = config.fuzz.runs) => {
    const changed = artifacts.map((artifact) => {
      const bytecode = codes[artifact.id.name];
      return bytecode ? { ...artifact, contract: { ...artifact.contract, bytecode } } : artifact;
    });
    const results = [];
    const { promise, resolve, reject } = Promise.withResolvers();
    const seen = (suite) => results.push(suite) === chosen.length && resolve();
    if (chosen.length === 0) resolve();
    context
      .runSolidityTests(
        chainType,
        changed,
        chosen,
        {
          ...config,
          gasLimit: GAS_LIMIT,
          fuzz: { ...config.fuzz, runs: fuzzRuns, maxTestRejects: MAX_REJECTS },
        },
        { buildInfos: [], ignoreContracts: true },
        seen,
      )
      .catch(reject);
    await promise;
    return results.flatMap(({ id, testResults }) =>
      testResults.filter(({ status }) => status === "Failure").map(({ name }) => ({ suite: id.name, name })),
    );
  };
  const deployed = Object.fromEntries(artifacts.map(({ id, contract }) => [id.name, contract.bytecode]));
  return { suites, failing, deployed };
}
