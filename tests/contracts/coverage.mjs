// Fails unless every line and every branch of contracts/ is covered.
// Run by `npm run coverage` on the report that forge wrote: node tests/contracts/coverage.mjs REPORT
import { readFileSync } from "node:fs";

const gaps = [];
const covered = { lines: 0, branches: 0 };
let file = "";
for (const record of readFileSync(process.argv[2], "utf8").split("\n")) {
  const [kind, rest = ""] = record.split(/:(.*)/s);
  if (kind === "SF") file = rest;
  if (!file.startsWith("contracts/")) continue;
  const fields = rest.split(",");
  if (kind === "DA") {
    if (Number(fields[1]) > 0) covered.lines += 1;
    else gaps.push(`${file}:${fields[0]}: line never runs`);
  }
  if (kind === "BRDA") {
    if (Number(fields[3]) > 0) covered.branches += 1;
    else gaps.push(`${file}:${fields[0]}: branch ${fields[2]} is never taken`);
  }
}
if (covered.lines === 0 || covered.branches === 0) gaps.push("the report covers nothing of contracts/");
console.log(gaps.length ? gaps.join("\n") : `100 % of ${covered.lines} lines, ${covered.branches} branches`);
process.exit(gaps.length ? 1 : 0);
