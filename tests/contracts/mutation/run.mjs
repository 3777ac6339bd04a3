// Mutation testing: node tests/contracts/mutation/run.mjs MUTANTS.json RESULTS.jsonl [COUNT] [SECONDS]
// Compiles each mutant of MUTANTS.json, puts it where the tests deploy from, and runs them; a mutant that
// no test notices survives. Mutants come in a fixed shuffled order, so that the first COUNT are a fair
// sample; a second call goes on where RESULTS.jsonl ends. Changes artifacts/: run it in a copy of the tree.
import { appendFileSync, existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { createHash } from "node:crypto";
import { createRequire } from "node:module";

import hre from "hardhat";

const require = createRequire(import.meta.url);
const solc = require("solc");
const [mutantsFile, resultsFile, count = "Infinity", seconds = "Infinity"] = process.argv.slice(2);
const { settings } = JSON.parse(readFileSync("contracts/solc.json", "utf8"));
const roots = ["Competition", "AuditorQuorum", "DrandBeacon"];
const artifactOf = (name) => `artifacts/contracts/${name}.sol/${name}.json`;

const sources = {};
for (const file of readdirSync("contracts", { recursive: true })) {
  const path = `contracts/${file}`;
  if (path.endsWith(".sol")) sources[path] = { content: readFileSync(path, "utf8") };
}

/** What the contracts import from npm's packages. */
const npm = { import: (path) => ({ contents: readFileSync(`node_modules/${path}`, "utf8") }) };

/** Creation code by contract, or null when it does not compile. Unoptimized takes a second, not a minute. */
function compile(changed, enabled = false) {
  const input = {
    language: "Solidity",
    sources: { ...sources, ...changed },
    settings: {
      ...settings,
      viaIR: false,
      optimizer: { enabled },
      outputSelection: Object.fromEntries(
        roots.map((name) => [`contracts/${name}.sol`, { [name]: ["evm.bytecode.object"] }]),
      ),
    },
  };
  const { contracts, errors = [] } = JSON.parse(solc.compile(JSON.stringify(input), npm));
  if (errors.some((error) => error.severity === "error")) return null;
  return roots.map((name) => `0x${contracts[`contracts/${name}.sol`][name].evm.bytecode.object}`);
}

function deploy(codes) {
  roots.forEach((name, i) => {
    const artifact = JSON.parse(readFileSync(artifactOf(name), "utf8"));
    writeFileSync(artifactOf(name), JSON.stringify({ ...artifact, bytecode: codes[i] }));
  });
}

/** Whether all tests pass. Those of gas and of the fuzzed invariants stay out: the unit tests must do. */
async function testsPass() {
  const write = process.stdout.write;
  process.stdout.write = (_, encoding, written = encoding) => {
    if (typeof written === "function") written();
    return true;
  };
  try {
    const result = await hre.tasks.getTask(["test", "solidity"]).run({
      noCompile: true,
      testProfile: "mutation",
      grepExclude: "invariant|testGas|testCodeSize|testHandler",
    });
    return result.success;
  } finally {
    process.stdout.write = write;
    process.exitCode = 0;
  }
}

async function verdictOn(mutant, original) {
  const bytes = Buffer.from(sources[mutant.file].content);
  const content = Buffer.concat([
    bytes.subarray(0, mutant.start),
    Buffer.from(mutant.new),
    bytes.subarray(mutant.end),
  ]).toString();
  const codes = compile({ [mutant.file]: { content } });
  if (codes === null) return "invalid";
  if (codes.every((code, i) => code === original[i])) return "same code";
  deploy(codes);
  if (!(await testsPass())) return "killed";
  const optimized = compile({ [mutant.file]: { content } }, true);
  return JSON.stringify(optimized) === JSON.stringify(compile({}, true)) ? "same code" : "survived";
}

const order = (mutant) => createHash("sha256").update(JSON.stringify(mutant)).digest("hex");
const mutants = JSON.parse(readFileSync(mutantsFile, "utf8"))
  .map((mutant) => ({ key: order(mutant), mutant }))
  .sort((a, b) => (a.key < b.key ? -1 : 1))
  .slice(0, Number(count));
const results = existsSync(resultsFile)
  ? readFileSync(resultsFile, "utf8")
      .trim()
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line))
  : [];
const done = new Set(results.map(({ key }) => key));
const stop = Date.now() + Number(seconds) * 1000;

const original = compile({});
deploy(original);
if (!(await testsPass())) throw new Error("the tests fail without a mutation");
for (const { key, mutant } of mutants) {
  if (done.has(key)) continue;
  if (Date.now() > stop) break;
  const result = { key, verdict: await verdictOn(mutant, original), ...mutant };
  results.push(result);
  appendFileSync(resultsFile, `${JSON.stringify(result)}\n`);
}
deploy(original);

const tally = Object.groupBy(results, ({ verdict }) => verdict);
const killed = tally.killed?.length ?? 0;
const survived = tally.survived?.length ?? 0;
for (const { file, line, mutator, old, new: replaced } of tally.survived ?? [])
  console.log(`survived: ${file}:${line} ${mutator}: ${old.trim()} => ${replaced.trim()}`);
console.log(
  `${results.length} of ${mutants.length} mutants: ${killed} killed, ${survived} survived ` +
    `(${((100 * killed) / (killed + survived)).toFixed(1)} % killed), ` +
    `${tally["same code"]?.length ?? 0} same code, ${tally.invalid?.length ?? 0} do not compile`,
);
