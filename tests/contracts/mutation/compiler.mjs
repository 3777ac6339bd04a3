// Compiles the contracts that are deployed, from sources in memory.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const solc = require("solc");
const { settings } = JSON.parse(readFileSync("contracts/solc.json", "utf8"));

export const roots = ["Competition", "AuditorQuorum", "DrandBeacon"];
const pathOf = (root) => `contracts/${root}.sol`;

/** One source as it stands in the tree; all others come from npm's packages. */
export const sourceOf = (path) =>
  readFileSync(path.startsWith("contracts/") ? path : `node_modules/${path}`, "utf8");

// A fifth of the compiler's time goes into comments.
const withoutComments = (source) => source.replace(/^\s*(\/\*[^]*?\*\/|\/\/.*$)/gm, "");

/**
 * A root's creation code and the files it is made of, or null when it does not compile. `changed` holds
 * the contents of changed files by path. As tests need it, without optimizer, it takes half a second of a
 * core, because only the root's own files are read; as it is deployed, ten seconds.
 */
export function compile(root, changed = {}, asDeployed = false) {
  const files = new Set([pathOf(root)]);
  const contents = (path) => {
    const source = changed[path] ?? sourceOf(path);
    return asDeployed ? source : withoutComments(source);
  };
  const input = {
    language: "Solidity",
    sources: { [pathOf(root)]: { content: contents(pathOf(root)) } },
    settings: {
      ...settings,
      ...(asDeployed ? {} : { viaIR: false, optimizer: { enabled: false }, debug: { debugInfo: [] } }),
      outputSelection: { [pathOf(root)]: { [root]: ["evm.bytecode.object"] } },
    },
  };
  const load = (path) => {
    files.add(path);
    return { contents: contents(path) };
  };
  const { contracts, errors = [] } = JSON.parse(solc.compile(JSON.stringify(input), { import: load }));
  if (errors.some(({ severity }) => severity === "error")) return null;
  return { code: `0x${contracts[pathOf(root)][root].evm.bytecode.object}`, files };
}
