// Checks that every sentence of the page is translated into every language, with the places for its values and
// the markup that it has. `npm run messages -- de` prints what lacks in German as JSON, to be filled in.
import { readdirSync, readFileSync } from "node:fs";
import { sentences } from "./sentences.mjs";

const folder = new URL("../src/messages/", import.meta.url);
const only = process.argv[2];
const { keys, unsaid } = sentences();
const troubles = [...unsaid].map((text) => `"${text}" is put together without say\`…\``);
/** Places and tags, in any order: languages have their own. */
const partsOf = (text) =>
  text
    .match(/\{\d+\}|<[^>]*>/g)
    ?.sort()
    .join(" ") ?? "";

for (const file of readdirSync(folder)) {
  const found = JSON.parse(readFileSync(new URL(file, folder), "utf8"));
  const missing = [...keys].filter((key) => !Object.hasOwn(found, key));
  console.log(`${file}: ${keys.size - missing.length} of ${keys.size} sentences`);
  if (file.slice(0, 2) === only) console.log(JSON.stringify(missing, null, 1));
  for (const key of missing) troubles.push(`${file}: no translation of "${key}"`);
  for (const [key, text] of Object.entries(found)) {
    if (!keys.has(key)) troubles.push(`${file}: nothing says "${key}" any more`);
    if (partsOf(key) !== partsOf(text)) troubles.push(`${file}: other places or tags in "${key}"`);
  }
}
for (const trouble of only ? [] : troubles) console.error(trouble);
process.exitCode = troubles.length ? 1 : 0;
