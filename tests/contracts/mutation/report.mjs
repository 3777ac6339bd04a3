// What mutation testing found, in words.

const VERDICTS = ["killed", "survived", "same code", "invalid", "open"];

const count = (results, verdict) => results.filter((each) => each.verdict === verdict).length;

function share(results) {
  const killed = count(results, "killed");
  const tried = killed + count(results, "survived");
  return tried === 0 ? "–" : `${((100 * killed) / tried).toFixed(1)} %`;
}

/** One line of a table in Markdown. */
const row = (cells) => `| ${cells.join(" | ")} |`;

/** The survivors by name, and a table of how many mutants of each file came to what. */
export function report(results) {
  const survivors = results
    .filter(({ verdict }) => verdict === "survived")
    .sort((a, b) => a.file.localeCompare(b.file) || a.line - b.line)
    .map(
      ({ file, line, mutator, old, new: replacement }) =>
        `survived: ${file}:${line} ${mutator}: ${old.trim()} => ${replacement.trim()}`,
    );
  const byFile = Object.entries(Object.groupBy(results, ({ file }) => file)).sort();
  const line = ([name, found]) =>
    row([name, found.length, ...VERDICTS.map((verdict) => count(found, verdict)), share(found)]);
  return [
    ...survivors,
    row(["file", "mutants", ...VERDICTS, "killed of what is other code"]),
    row(["---", ...Array(VERDICTS.length + 2).fill("---:")]),
    ...byFile.map(line),
    line(["all", results]),
  ].join("\n");
}
