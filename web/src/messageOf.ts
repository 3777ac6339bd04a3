// The message of whatever was thrown: wallets and servers throw objects and texts, too.

const MOST = 300; // characters
const MOST_DEEP = 4;
const WRAPPED = ["error", "data"];
const OWN = ["message", "reason", "error"];

export const messageOf = (thrown: unknown): string =>
  (wordsOf(thrown) || "Something went wrong, and nobody said what.").slice(0, MOST);

/** The words that lie innermost; wallets wrap what a node or a device said. */
function wordsOf(thrown: unknown, depth = 0): string {
  if (typeof thrown === "string") return thrown.trim();
  if (typeof thrown !== "object" || thrown === null || depth > MOST_DEEP) return "";
  const inner = WRAPPED.map((name) => Reflect.get(thrown, name)).filter(
    (each) => typeof each === "object",
  );
  const own = OWN.map((name) => Reflect.get(thrown, name));
  for (const each of [...inner, ...own]) {
    const words = wordsOf(each, depth + 1);
    if (words) return words;
  }
  return "";
}
