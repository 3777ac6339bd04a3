// What there is to translate in a template: its runs of text, and the attributes that are read aloud.
//
// A run is a sentence with {0}, {1}, … for its values, in their order; tags without attributes (<b>) belong
// to it. So message files hold sentences, and no markup of the page.

/** Pieces of a template in order: what is translated, and what stays. */
export type Piece = { readonly text: string } | { readonly markup: string };

export const MARK = /\ue000(\d+)\ue001/g;
const mark = (place: number) => `\ue000${place}\ue001`;
const TAG = /(<(?:[a-z][^>]*\s[^>]*|\/(?!b>|strong>)[^>]*|(?!b>|strong>|br \/>)[a-z][^>]*)>)/;
/** In quotes, or a value alone. */
const READ = /(\s(?:aria-label|alt|title|placeholder)="?)((?<=")[^"]*|(?<==)\ue000\d+\ue001)/;

/** A template's strings as one, with marks in the places of its values. */
export const joined = (strings: readonly string[]): string =>
  strings.reduce((all, next, i) => `${all}${mark(i - 1)}${next}`);

export function piecesOf(template: string): Piece[] {
  return template.split(TAG).flatMap((part, i): Piece[] => {
    if (i % 2 === 0) return around(part);
    return part
      .split(READ)
      .map((piece, at) => (at % 3 === 2 ? { text: piece } : { markup: piece }));
  });
}

/** The white space around a run stays as it is. */
function around(run: string): Piece[] {
  const [, before = "", text = "", after = ""] = /^(\s*)([\s\S]*?)(\s*)$/.exec(run) ?? [];
  return [{ markup: before }, ...(text ? [{ text }] : []), { markup: after }];
}

export interface Sentence {
  /** As it stands in a message file. */
  readonly key: string;
  /** Which value of the template each of its places is. */
  readonly places: readonly number[];
}

export function sentenceOf(text: string): Sentence {
  const places: number[] = [];
  const key = text
    .replace(MARK, (_, place: string) => `{${places.push(Number(place)) - 1}}`)
    .replace(/\s+/g, " ")
    .trim();
  return { key, places };
}

/** Whether there is a word in it. */
export const hasWords = (key: string): boolean => /\p{L}{2}/u.test(key.replace(/<[^>]*>/g, ""));

/** A translation with the template's own marks in its places. */
export const marked = (translation: string, places: readonly number[]): string =>
  translation.replace(/\{(\d+)\}/g, (whole, i: string) => {
    const place = places[Number(i)];
    return place === undefined ? whole : mark(place);
  });
