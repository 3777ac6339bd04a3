// The sentences of the page's source: what its templates and its code say, by the keys of the message files.
import { readdirSync, readFileSync } from "node:fs";
import { parseAst } from "vite";
import { hasWords, joined, piecesOf, sentenceOf } from "../src/words/segments.ts";

const src = new URL("../src/", import.meta.url);

/** What says nothing to a player by itself: words itself, made code, and the border's reports on what is malformed. */
const SILENT =
  /^(words|border)\/|generated|^takeFiles\.ts|^at\.ts|^views\/(near|identicon|events)\.ts/;

/** What is no sentence for a player, or the same in every language. */
const STAYS = new Set([
  // Names.
  ...["Judging Oracle", "{0} ETH", "Coinbase Wallet", "Trust Wallet", "Ether", "iCalendar"],
  // Phases as the code calls them; what they are called on screen stands in views/phases.ts.
  ...["None", "Selling", "Seeding", "Asserted", "Resolved"],
  // Of protocols and of the browser.
  ...["Notification", "Authorization", "Bearer {0}", "Exif", "judging-oracle studio log 1"],
  ...["judging-oracle studio log {0}:{1}:{2}", "Receipt"],
  "Submission(uint256 chainid,address competition,uint256 id,uint256 ticketId,address player,bytes32 imageDigest,bytes32 salt)",
  // What a wallet signs or a file says must be the same everywhere.
  "Makes the secret of my submission. Sign this only on a page you trust.",
  "Judging Oracle submission: keep this until you have revealed, and show it to nobody.",
  // A prompt to begin with: studios understand English best.
  "a lighthouse on a rock, grey sea, two gulls at the top left",
  // A command, and its blanks.
  ...["YOUR_NODE", "YOUR_STORE"],
  "judge --set chain.rpc_url={0} --set chain.chain_id={1} --set chain.contract={2} --set store.url={3} audit {4}",
  "judge score --seed {0} --spec {1} {2} mine.png",
  // Kinds that code asks for.
  ...["must be served", "served or not", "another network"],
  // Why a server, a relay or a file failed, to the word: for who runs it. They stand inside a sentence that is said.
  ...["{0} served other bytes", "status {0}", "more than {0} bytes", "{0} is not 48 bytes"],
  ...["config.json cannot be loaded ({0})", "Chain {0}", "page {0} of the bundle"],
  ...["no gateway is configured", "a digest has 32 bytes", "a log is malformed", "no node"],
  ...["it answered about another round", "the answer", "the wallet's accounts", "the prompt"],
  ...["This is no compressed point.", "This point is not on the curve.", "the bundle"],
]);

const many = (noun) => (/[^aeiou]y$/.test(noun) ? `${noun.slice(0, -1)}ies` : `${noun}s`);

/** Text that may be shown as it is: a sentence, a name; no class and no name of a function. */
const mayBeShown = (text) => /^[A-Z][a-z]+( |$|’|'|…|\.)/.test(text) || /[a-z] [a-z]/.test(text);

const strings = ({ quasis }) => joined(quasis.map(({ value }) => value.cooked));
const isTextWithValues = (node) => node.type === "TemplateLiteral" && node.quasis.length > 1;

/** All keys, and texts with values that are put together without `say`, which no language can have. */
export function sentences() {
  const keys = new Set();
  const unsaid = new Set();
  const add = (text) => {
    const { key } = sentenceOf(text);
    if (hasWords(key) && !STAYS.has(key)) keys.add(key);
  };

  /** The texts that an expression may give. */
  function leaves(node) {
    if (node.type === "Literal" && typeof node.value === "string") add(node.value);
    if (node.type === "TemplateLiteral" && node.quasis.length === 1) add(strings(node));
    if (node.type === "ConditionalExpression") [node.consequent, node.alternate].forEach(leaves);
    if (node.type === "LogicalExpression") [node.left, node.right].forEach(leaves);
  }

  const VISIT = {
    TaggedTemplateExpression({ tag, quasi }) {
      if (tag.name === "say") add(strings(quasi));
      if (tag.name === "say") quasi.expressions.forEach(leaves);
      if (tag.name !== "html") return;
      for (const piece of piecesOf(strings(quasi))) {
        if (!("text" in piece)) continue;
        add(piece.text);
        for (const place of sentenceOf(piece.text).places) leaves(quasi.expressions[place]);
      }
    },
    CallExpression({ callee, arguments: [first, noun] }) {
      if (["word", "fill"].includes(callee.name) && first) leaves(first);
      if (callee.name !== "plural" || noun?.type !== "Literal") return;
      add(`{0} ${noun.value}`);
      add(`{0} ${many(noun.value)}`);
    },
    Literal({ value }) {
      if (typeof value === "string" && mayBeShown(value)) add(value);
    },
    TemplateLiteral(node) {
      const { key } = sentenceOf(strings(node));
      if (!isTextWithValues(node)) return mayBeShown(key) && add(key);
      if (/\p{L}{2}/u.test(key) && / /.test(key) && !STAYS.has(key)) unsaid.add(key);
    },
  };

  /** What is compared, or says to a maker what is malformed, is not said to a player. */
  const isSilent = (node) =>
    node.type === "ImportDeclaration" ||
    (node.type === "BinaryExpression" && /==/.test(node.operator)) ||
    (node.type === "NewExpression" && node.callee.name === "Malformed") ||
    (node.type === "CallExpression" && ["parseJson", "stored"].includes(node.callee.name)) ||
    /^TS(Type|Interface|Literal|Union)/.test(node.type);

  /** Where there may be more; a template's own text and a noun that is counted are looked at already. */
  const inside = (node) => {
    if (node.type === "TaggedTemplateExpression") return node.quasi.expressions;
    if (node.type === "CallExpression" && node.callee.name === "plural") return [node.arguments[0]];
    return Object.values(node);
  };

  function walk(node) {
    if (!node || typeof node !== "object") return;
    if (Array.isArray(node)) return node.forEach(walk);
    if (!node.type || isSilent(node)) return;
    VISIT[node.type]?.(node);
    for (const child of inside(node)) walk(child);
  }

  for (const file of readdirSync(src, { recursive: true }).filter((name) => name.endsWith(".ts")))
    if (!SILENT.test(file))
      walk(parseAst(readFileSync(new URL(file, src), "utf8"), { lang: "ts" }).body);
  return { keys, unsaid };
}
