// The sentences of the page's source, as message files have them. `npm run messages` checks that translations
// have the places for values that their sentences have, names those of sentences that are gone, and prints how
// much of the page is translated; `npm run messages -- de` prints what is not.
import { readdirSync, readFileSync } from "node:fs";
import { parseAst } from "vite";
import { hasWords, joined, piecesOf, sentenceOf } from "../src/words/segments.ts";

const src = new URL("../src/", import.meta.url);
const FOLDERS = /^(views|ranking|days|chain|content|studio|wallet|secret)\/|^[a-z]+\.ts$/;
const keys = new Set();
const add = (text) => {
  const { key } = sentenceOf(text);
  if (hasWords(key)) keys.add(key);
};

const many = (noun) => (/[^aeiou]y$/.test(noun) ? `${noun.slice(0, -1)}ies` : `${noun}s`);

/** Text that may be shown as it is: a sentence, a name; no class and no name of a function. */
const mayBeShown = (text) => /^[A-Z][a-z]+( |$|’|'|…|\.)/.test(text) || /[a-z] [a-z]/.test(text);

const strings = ({ quasi }) => joined(quasi.quasis.map(({ value }) => value.cooked));
const VISIT = {
  TaggedTemplateExpression(node) {
    if (node.tag.name === "html")
      for (const piece of piecesOf(strings(node))) if ("text" in piece) add(piece.text);
    if (node.tag.name === "say") add(strings(node));
  },
  CallExpression({ callee, arguments: [first, noun] }) {
    if (["word", "fill"].includes(callee.name) && first?.type === "Literal") add(first.value);
    if (callee.name !== "plural" || noun?.type !== "Literal") return;
    add(`{0} ${noun.value}`);
    add(`{0} ${many(noun.value)}`);
  },
  Literal({ value }) {
    if (typeof value === "string" && mayBeShown(value)) add(value);
  },
  TemplateLiteral({ quasis: [first, another] }) {
    if (!another && mayBeShown(first.value.cooked)) add(first.value.cooked);
  },
};

function walk(node) {
  if (!node || typeof node !== "object") return;
  if (Array.isArray(node)) return node.forEach(walk);
  if (node.type === "ImportDeclaration") return;
  VISIT[node.type]?.(node);
  const inner =
    node.type === "TaggedTemplateExpression" ? node.quasi.expressions : Object.values(node);
  for (const child of inner) walk(child);
}

for (const file of readdirSync(src, { recursive: true }).filter((name) => name.endsWith(".ts"))) {
  if (!FOLDERS.test(file) || file.includes("generated")) continue;
  const text = readFileSync(new URL(file, src), "utf8");
  walk(parseAst(text, { lang: "ts" }).body);
}

const placesOf = (text) => [...new Set(text.match(/\{\d+\}/g))].sort().join();
const troubles = [];
for (const file of readdirSync(new URL("messages/", src))) {
  const found = JSON.parse(readFileSync(new URL(`messages/${file}`, src), "utf8"));
  for (const [key, text] of Object.entries(found)) {
    if (!keys.has(key)) console.log(`${file}: nothing says "${key}" any more`);
    if (placesOf(key) !== placesOf(text)) troubles.push(`${file}: other places in "${key}"`);
  }
  console.log(`${file}: ${Object.keys(found).length} of ${keys.size} sentences`);
  if (process.argv[2] === file.slice(0, 2))
    console.log(
      JSON.stringify(
        [...keys].filter((key) => !(key in found)),
        null,
        1,
      ),
    );
}
for (const trouble of troubles) console.error(trouble);
process.exitCode = troubles.length ? 1 : 0;
