// Mutation testing: npm run mutation -- MUTANTS.json RESULTS.jsonl [options]
//   --files PREFIX    only mutants of files that begin so; may be repeated
//   --shard I/N       only each Nth mutant, from the Ith on, so that N processes share the work
//   --count N         only the first N: they come in a fixed shuffled order, so this is a fair sample
//   --seconds N       begins no mutant after that time
//   --retry           tries survivors again, after tests were added
// Compiles each mutant of MUTANTS.json and runs the tests on it; one that no test notices survives. A
// second call goes on where RESULTS.jsonl ends, and shards may share it.
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { createHash } from "node:crypto";
import { parseArgs } from "node:util";

import { compile, roots, sourceOf } from "./compiler.mjs";
import { report } from "./report.mjs";
import { loadTests } from "./tests.mjs";

// How many suites are tried before all others: those that noticed most of the file's mutants so far.
const FIRST_SUITES = 3;

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
const [shard, shards] = options.shard.split("/").map(Number);

/** The file with the mutation in it. Places are counted in bytes. */
function mutated({ file, start, end, new: replacement }) {
  const bytes = Buffer.from(sourceOf(file));
  return Buffer.concat([bytes.subarray(0, start), Buffer.from(replacement), bytes.subarray(end)]).toString();
}

/** What compiling the mutant makes of each root that holds its file, or null when it does not compile. */
function codesOf(mutant, originals, optimized = false) {
  const codes = {};
  for (const root of roots.filter((name) => originals[name].files.has(mutant.file))) {
    const compiled = compile(root, { [mutant.file]: mutated(mutant) }, optimized);
    if (compiled === null) return null;
    codes[root] = compiled.code;
  }
  return codes;
}

const sameCode = (codes, originals) =>
  Object.entries(codes).every(([root, code]) => code === originals[root].code);

/** Runs the likeliest suites first, and the others only if these notice nothing. */
async function firstKiller(tests, codes, kills) {
  const likeliest = tests.suites.toSorted((a, b) => (kills[b.name] ?? 0) - (kills[a.name] ?? 0));
  for (const suites of [likeliest.slice(0, FIRST_SUITES), likeliest.slice(FIRST_SUITES)]) {
    const [killer] = await tests.failing(codes, suites);
    if (killer) return killer;
  }
  return null;
}

async function verdictOn(mutant, { originals, optimized, tests, kills }) {
  const codes = codesOf(mutant, originals);
  if (codes === null) return { verdict: "invalid" };
  if (sameCode(codes, originals)) return { verdict: "same code" };
  const killer = await firstKiller(tests, codes, kills);
  if (killer) {
    kills[killer.suite] = (kills[killer.suite] ?? 0) + 1;
    return { verdict: "killed", killer: `${killer.suite}.${killer.name}` };
  }
  const same = sameCode(codesOf(mutant, originals, true), optimized);
  return { verdict: same ? "same code" : "survived" };
}

function chosen() {
  const key = (mutant) => createHash("sha256").update(JSON.stringify(mutant)).digest("hex");
  return JSON.parse(readFileSync(mutantsFile, "utf8"))
    .filter(({ file }) => options.files.some((prefix) => file.startsWith(prefix)))
    .map((mutant) => ({ key: key(mutant), mutant }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .slice(0, Number(options.count));
}

/** The last result of each mutant by key. */
function results() {
  const lines = existsSync(resultsFile) ? readFileSync(resultsFile, "utf8").split("\n") : [];
  return new Map(lines.filter(Boolean).map((line) => [JSON.parse(line).key, JSON.parse(line)]));
}

const compiledRoots = (...given) => Object.fromEntries(roots.map((root) => [root, compile(root, ...given)]));
const codeByRoot = (compiled) =>
  Object.fromEntries(Object.entries(compiled).map(([root, { code }]) => [root, code]));

async function main() {
  const stop = Date.now() + Number(options.seconds) * 1000;
  const [originals, optimized] = [compiledRoots(), compiledRoots({}, true)];
  const tests = await loadTests();
  const [failed] = await tests.failing(codeByRoot(originals), tests.suites);
  if (failed) throw new Error(`${failed.suite}.${failed.name} fails without a mutation`);

  const known = results();
  const killsByFile = {};
  for (const [index, { key, mutant }] of chosen().entries()) {
    const before = known.get(key);
    if (before && !(options.retry && before.verdict === "survived")) continue;
    if (index % shards !== shard - 1) continue;
    if (Date.now() > stop) break;
    const kills = (killsByFile[mutant.file] ??= {});
    const found = await verdictOn(mutant, { originals, optimized, tests, kills });
    appendFileSync(resultsFile, `${JSON.stringify({ key, ...found, ...mutant })}\n`);
  }
  const after = results();
  console.log(report(chosen().map(({ key, mutant }) => after.get(key) ?? { ...mutant, verdict: "open" })));
}

await main();
