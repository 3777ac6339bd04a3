// What this browser keeps between visits. Storage may be denied, full or malformed, by an older page or
// by hand: none of that decides how anything ends. What finds no room there is kept while the page is
// open, and what cannot be read counts as not there.
import { Malformed, type Parser, parseJson } from "./parse.ts";

/** What found no room, by its name; null: forgotten. */
const here = new Map<string, string | null>();

/** The value kept under a name; `otherwise` where there is none that can be read. */
export function stored<T>(name: string, parser: Parser<T>, otherwise: T): T {
  const text = read(name);
  if (text === null) return otherwise;
  try {
    return parseJson(text, parser, `"${name}" in this browser`);
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    console.debug(error);
    return otherwise;
  }
}

/** Keeps a value of JSON under a name; with null, forgets it. Never throws. */
export function keep(name: string, value: object | string | number | boolean | null): void {
  const text = value === null ? null : JSON.stringify(value);
  try {
    if (text === null) localStorage.removeItem(name);
    else localStorage.setItem(name, text);
    here.delete(name);
  } catch (error) {
    console.debug(error);
    here.set(name, text);
  }
}

/** Whether what was kept under a name is there after a reload. */
export const outlivesPage = (name: string): boolean => !here.has(name);

function read(name: string): string | null {
  const kept = here.get(name);
  if (kept !== undefined) return kept;
  try {
    return localStorage.getItem(name);
  } catch (error) {
    console.debug(error);
    return null;
  }
}
