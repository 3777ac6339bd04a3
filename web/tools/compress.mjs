// Lays a compressed copy beside every built file that gets much smaller by it, once and as small as can
// be, so that what serves the page compresses nothing (oracle/api/page.py; others serve the plain ones).
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const folder = new URL("../dist/assets/", import.meta.url);
const WORTH_BYTES = 1024;
for (const name of readdirSync(folder).filter((found) => /\.(js|css|json)$/.test(found))) {
  const bytes = readFileSync(new URL(name, folder));
  if (bytes.length < WORTH_BYTES) continue;
  const hints = {
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  };
  writeFileSync(new URL(`${name}.br`, folder), brotliCompressSync(bytes, { params: hints }));
  writeFileSync(new URL(`${name}.gz`, folder), gzipSync(bytes, { level: 9 }));
}
