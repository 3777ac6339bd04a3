// Fails when the page's scripts outgrow what a phone should have to load.
import { readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

/** What every visit loads, and all there is: parts of the page are loaded when they are needed. */
const FIRST_BYTES = 101_000;
const ALL_BYTES = 160_000;
const dist = new URL("../dist/", import.meta.url);
const read = (name) => readFileSync(new URL(name, dist));
const bytesOf = (names) => names.reduce((sum, name) => sum + gzipSync(read(name)).length, 0);

/** The scripts that a script imports before it runs. */
const importsOf = (name) =>
  [
    ...read(name)
      .toString()
      .matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/g),
  ].map(([, other]) => `assets/${other}`);

const first = new Set();
const load = (name) => {
  if (first.has(name)) return;
  first.add(name);
  importsOf(name).forEach(load);
};
for (const [, name] of read("index.html")
  .toString()
  .matchAll(/(assets\/[^"]+\.js)"/g))
  load(name);

const all = readdirSync(new URL("assets/", dist)).filter((name) => name.endsWith(".js"));
const [now, total] = [bytesOf([...first]), bytesOf(all.map((name) => `assets/${name}`))];
console.log(
  `page scripts: ${now} bytes gzipped at first, limit ${FIRST_BYTES}; ${total} in all, limit ${ALL_BYTES}`,
);
if (!first.size || now > FIRST_BYTES || total > ALL_BYTES) {
  console.error(
    "error: the page's scripts are too large\n       import less of viem, or less often, or when it is needed",
  );
  process.exit(1);
}
