// What this browser keeps between visits. What is malformed there, by an older page or by hand, counts
// as not there: it must not keep the page from working.
import { Malformed, type Parser, parseJson } from "./parse.ts";

/** The value kept under a name; `otherwise` where there is none that can be read. */
export function stored<T>(name: string, parser: Parser<T>, otherwise: T): T {
  const text = localStorage.getItem(name);
  if (text === null) return otherwise;
  try {
    return parseJson(text, parser, `"${name}" in this browser`);
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    console.debug(error);
    return otherwise;
  }
}
