// Proves the asserts of Proofs.t.sol for all inputs, by solc's SMTChecker and z3: `npm run prove`.
// Fails unless every assert of a `check…` function is proven, and every assert of a `canary…` function
// refuted: canaries are false on purpose, so that a prover that believes anything is noticed.
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const solc = require("solc");
const { smtCallback } = require("solc/smtchecker.js");
const { smtSolver, availableSolvers } = require("solc/smtsolver.js");

const PROVEN = "2961"; // solc's code of the note that an assert holds
const FILE = "tests/contracts/Proofs.t.sol";
const solver = availableSolvers.find(({ name }) => name === "z3");
if (solver === undefined) {
  console.error("error: z3 was not found\n       run this by `npm run prove`, which installs it");
  process.exit(1);
}

const sources = { [FILE]: { content: readFileSync(FILE, "utf8") } };
for (const file of readdirSync("contracts", { recursive: true })) {
  const path = `contracts/${file}`;
  if (path.endsWith(".sol")) sources[path] = { content: readFileSync(path, "utf8") };
}
const text = sources[FILE].content;
const contracts = [...text.matchAll(/^contract (\w+)/gm)].map(([, name]) => name);
const modelChecker = {
  contracts: { [FILE]: contracts },
  engine: "bmc", // no loops here, so that bounded means complete
  targets: ["assert"],
  solvers: ["smtlib2"],
  showProvedSafe: true,
  showUnproved: true,
  showUnsupported: true,
};
const output = JSON.parse(
  solc.compile(
    JSON.stringify({
      language: "Solidity",
      sources,
      settings: { modelChecker, outputSelection: { [FILE]: { "*": [] } } },
    }),
    {
      import: (path) => ({ contents: readFileSync(`node_modules/${path}`, "utf8") }),
      smtSolver: smtCallback(smtSolver, solver),
    },
  ),
);
const proven = new Set(
  output.errors
    .filter(({ errorCode, sourceLocation }) => errorCode === PROVEN && sourceLocation.file === FILE)
    .map(({ sourceLocation }) => sourceLocation.start),
);
const broken = output.errors.filter(({ severity }) => severity === "error");
const unsupported = output.errors.filter(({ message }) => /does not yet/.test(message));

let wrong = broken.length + unsupported.length;
for (const { formattedMessage, message } of [...broken, ...unsupported])
  console.log(formattedMessage ?? message);
let current = "";
const counts = { check: 0, canary: 0 };
for (const match of text.matchAll(/function (\w+)|assert\(/g)) {
  if (match[1]) current = match[1];
  else {
    const kind = current.startsWith("canary") ? "canary" : "check";
    counts[kind] += 1;
    const start = Buffer.byteLength(text.slice(0, match.index)); // solc counts bytes
    if (proven.has(start) === (kind === "check")) continue;
    wrong += 1;
    const line = text.slice(0, match.index).split("\n").length;
    console.log(
      `${FILE}:${line}: ${current}: ${kind === "check" ? "not proven" : "a false assert was proven"}`,
    );
  }
}
if (counts.check === 0 || counts.canary === 0) wrong += 1;
console.log(`${counts.check} asserts to prove, ${counts.canary} to refute, ${wrong} wrong`);
process.exit(wrong ? 1 : 0);
