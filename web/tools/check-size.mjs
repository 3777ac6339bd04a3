// Fails when the page's scripts outgrow what a phone should have to load.
import { readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const LIMIT_BYTES = 100_000;
const folder = new URL("../dist/assets/", import.meta.url);
const scripts = readdirSync(folder).filter((name) => name.endsWith(".js"));
const bytes = scripts.reduce(
  (sum, name) => sum + gzipSync(readFileSync(new URL(name, folder))).length,
  0,
);
console.log(`page scripts: ${bytes} bytes gzipped, limit ${LIMIT_BYTES}`);
if (bytes > LIMIT_BYTES) {
  console.error(
    "error: the page's scripts are too large\n       import less of viem, or less often",
  );
  process.exit(1);
}
