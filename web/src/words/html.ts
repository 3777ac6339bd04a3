// Templates and sentences in the visitor's language. The English text in the source is the key: a template
// reads as what it draws, and a message file maps its sentences. What has no translation stays English.
import { html as litHtml, type TemplateResult } from "lit-html";
import { isEnglish, localeNow, messageFor } from "./language.ts";
import { hasWords, joined, MARK, marked, piecesOf, sentenceOf } from "./segments.ts";

interface Translated {
  readonly strings: TemplateStringsArray;
  /** Which value of the source stands in each place. */
  readonly order: readonly number[];
  /** Places in text or in attributes that are read: there a plain word is translated as well. */
  readonly spoken: ReadonlySet<number>;
}

/** As lit-html's own. */
type Values = Parameters<typeof litHtml> extends [unknown, ...infer V] ? V : never;

/** One for each template of the source, since lit-html knows templates by their identity. */
const known = new WeakMap<TemplateStringsArray, Translated>();

export function html(strings: TemplateStringsArray, ...values: Values): TemplateResult {
  if (isEnglish()) return litHtml(strings, ...values);
  const found = known.get(strings) ?? translate(strings);
  known.set(strings, found);
  const placed = found.order.map((place) =>
    found.spoken.has(place) ? spoken(values[place]) : values[place],
  );
  return litHtml(found.strings, ...placed);
}

/** What a sentence takes as a value. */
export type Said = string | number | bigint;

/** A value's own translation; the white space around it stays. */
function spoken(value: unknown): unknown {
  if (typeof value !== "string") return value;
  const text = value.trim();
  const found = messageFor(text);
  return found === undefined ? value : value.replace(text, () => found);
}

/** Numbers in a sentence are mostly names, such as a ticket's: they are not grouped. */
const written = (value: Said): string =>
  typeof value === "number"
    ? value.toLocaleString(localeNow(), { useGrouping: false, maximumFractionDigits: 20 })
    : String(spoken(value));

function translate(strings: TemplateStringsArray): Translated {
  const heard = new Set<number>();
  const whole = piecesOf(joined(strings))
    .map((piece) => {
      if ("markup" in piece) return piece.markup;
      const { key, places } = sentenceOf(piece.text);
      for (const place of places) heard.add(place);
      const found = hasWords(key) ? messageFor(key) : undefined;
      return found === undefined ? piece.text : marked(found, places);
    })
    .join("");
  const order = [...whole.matchAll(MARK)].map(([, place]) => Number(place));
  const parts = whole.split(/\ue000\d+\ue001/);
  return { strings: Object.assign(parts, { raw: parts }), order, spoken: heard };
}

/** A sentence with its values: say`Buy a ticket for ${price}`. */
export function say(strings: TemplateStringsArray, ...values: readonly Said[]): string {
  const { key } = sentenceOf(joined(strings));
  return fill(key, values);
}

/** The same by its key, such as "{0} tickets". */
export function fill(key: string, values: readonly Said[]): string {
  const found = messageFor(key) ?? key;
  return found.replace(/\{(\d+)\}/g, (whole, i: string) => {
    const value = values[Number(i)];
    return value === undefined ? whole : written(value);
  });
}

/** A word or sentence without values. */
export const word = (key: string): string => messageFor(key) ?? key;
