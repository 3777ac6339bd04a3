// Mutation testing: npm run mutation -- MUTANTS.json RESULTS.jsonl [options]
//   --files PREFIX    only mutants of files that begin so; may be repeated, and is their order
//   --shard I/N       only each Nth mutant, from the Ith on, so that N processes share the work
//   --count N         only the first N: a file's come in a fixed shuffled order, so they are a fair sample
//   --seconds N       begins no mutant after that time
//   --retry           tries survivors again, after tests were added
// Compiles each mutant of MUTANTS.json and runs the tests on it; one that no test notices survives, unless
// the code that would be deployed is the same. A second call goes on where RESULTS.jsonl ends, and shards
// may share it.
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { createHash } from "node:crypto";
import { parseArgs } from "node:util";

import { compile, roots, sourceOf } from "./compiler.mjs";
import { report } from "./report.mjs";
import { loadTests } from "./tests.mjs";

// How many suites are tried before all others: those that noticed most of the file's mutants so far.
const FIRST_SUITES = 3;
// And how often their fuzz tests run then.
const FIRST_FUZZ_RUNS = 2;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    files: { type: "string", multiple: true, default: ["contracts/"] },
    shard: { type: "string", default: "1/1" },
    count: { type: "string", default: "Infinity" },
    seconds: { type: "string", default: "Infinity" },
    retry: { type: "boolean", default: false },
  },
});
const [mutantsFile, resultsFile] = positionals;

/** The file with the mutation in it. Places are counted in bytes. */
function mutated({ file, start, end, new: replacement }) {
  const bytes = Buffer.from(sourceOf(file));
  return Buffer.concat([bytes.subarray(0, start), Buffer.from(replacement), bytes.subarray(end)]).toString();
}

/** What compiling the mutant makes of each root that holds its file, or null when it does not compile. */
function codesOf(mutant, originals, asDeployed = false) {
  const codes = {};
  for (const root of roots.filter((name) => originals[name].files.has(mutant.file))) {
    const compiled = compile(root, { [mutant.file]: mutated(mutant) }, asDeployed);
    if (compiled === null) return null;
    codes[root] = compiled.code;
  }
  return codes;
}

const codeByRoot = (compiled) =>
  Object.fromEntries(Object.entries(compiled).map(([root, { code }]) => [root, code]));

const sameCode = (codes, originals) =>
  Object.entries(codes).every(([root, code]) => code === originals[root]);

/** Runs the likeliest suites first, and all of them only if these notice nothing. */
async function firstKiller(tests, codes, kills) {
  const likeliest = tests.suites.toSorted((a, b) => (kills[b.name] ?? 0) - (kills[a.name] ?? 0));
  const [first] = await tests.failing(codes, likeliest.slice(0, FIRST_SUITES), FIRST_FUZZ_RUNS);
  return first ?? (await tests.failing(codes, likeliest))[0] ?? null;
}

/** Survivors stay doubtful until the code that would be deployed was compared too, which takes longest. */
async function verdictOn(mutant, { originals, tests, kills }) {
  const codes = codesOf(mutant, originals);
  if (codes === null) return { verdict: "invalid" };
  if (sameCode(codes, codeByRoot(originals))) return { verdict: "same code" };
  const killer = await firstKiller(tests, codes, kills);
  if (!killer) return { verdict: "survived" };
  kills[killer.suite] = (kills[killer.suite] ?? 0) + 1;
  return { verdict: "killed", killer: `${killer.suite}.${killer.name}` };
}

function chosen() {
  const key = (mutant) => createHash("sha256").update(JSON.stringify(mutant)).digest("hex");
  const place = ({ file }) => options.files.findIndex((prefix) => file.startsWith(prefix));
  return JSON.parse(readFileSync(mutantsFile, "utf8"))
    .filter((mutant) => place(mutant) >= 0)
    .map((mutant) => ({ key: key(mutant), mutant }))
    .sort((a, b) => place(a.mutant) - place(b.mutant) || (a.key < b.key ? -1 : 1))
    .slice(0, Number(options.count));
}

/** The last result of each mutant by key. */
function results() {
  const lines = existsSync(resultsFile) ? readFileSync(resultsFile, "utf8").split("\n") : [];
  return new Map(lines.filter(Boolean).map((line) => [JSON.parse(line).key, JSON.parse(line)]));
}

const record = (key, mutant, found) =>
  appendFileSync(resultsFile, `${JSON.stringify({ key, ...found, ...mutant })}\n`);

async function tryAll(mutants, known, { originals, tests, inTime }) {
  const killsByFile = {};
  for (const { key, mutant } of mutants) {
    const before = known.get(key);
    if (before && !(options.retry && before.verdict === "survived")) continue;
    if (!inTime()) return;
    const kills = (killsByFile[mutant.file] ??= {});
    const found = await verdictOn(mutant, { originals, tests, kills });
    record(key, mutant, before?.deploysOtherCode ? { deploysOtherCode: true, ...found } : found);
  }
}

/** Whether the survivors differ where it counts: in what would be deployed. */
function compareSurvivors(mutants, known, { originals, tests, inTime }) {
  for (const { key, mutant } of mutants) {
    const { verdict, deploysOtherCode } = known.get(key) ?? {};
    if (verdict !== "survived" || deploysOtherCode) continue;
    if (!inTime()) return;
    const same = sameCode(codesOf(mutant, originals, true), tests.deployed);
    record(key, mutant, same ? { verdict: "same code" } : { verdict, deploysOtherCode: true });
  }
}

async function main() {
  const stop = Date.now() + Number(options.seconds) * 1000;
  const originals = Object.fromEntries(roots.map((root) => [root, compile(root)]));
  const tests = await loadTests();
  const [failed] = await tests.failing(codeByRoot(originals), tests.suites);
  if (failed) throw new Error(`${failed.suite}.${failed.name} fails without a mutation`);

  const [shard, shards] = options.shard.split("/").map(Number);
  const mutants = chosen();
  const own = mutants.filter((_, index) => index % shards === shard - 1);
  const run = { originals, tests, inTime: () => Date.now() < stop };
  await tryAll(own, results(), run);
  compareSurvivors(own, results(), run);
  const after = results();
  console.log(report(mutants.map(({ key, mutant }) => after.get(key) ?? { ...mutant, verdict: "open" })));
}

await main();
