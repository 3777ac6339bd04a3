// Numbers, lists and plurals as the visitor's language writes them.
import { isEnglish, localeNow, messageFor } from "./language.ts";

/** With so many digits behind the decimal mark. */
export const decimal = (value: number, digits: number): string =>
  value.toLocaleString(localeNow(), {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
    useGrouping: false,
  });

/** A decimal number of any length, with its every digit: `exact` is one as JavaScript writes it. */
export function exactly(exact: string): string {
  const [whole = "", fraction] = exact.split(".");
  const mark = decimal(0.1, 1).replace(/\d/g, "");
  const grouped = BigInt(whole).toLocaleString(localeNow());
  return fraction === undefined ? grouped : `${grouped}${mark}${fraction}`;
}

/** "a, b and c"; words that are sentences of the page are translated. */
export const listed = (all: readonly string[]): string =>
  new Intl.ListFormat(isEnglish() ? "en-GB" : localeNow(), { type: "conjunction" }).format(
    all.map((each) => messageFor(each) ?? each),
  );

const formOf = (count: number): Intl.LDMLPluralRule =>
  new Intl.PluralRules(localeNow()).select(count);

/** Whether so many are said in the singular: in French nothing is. */
export const isSingular = (count: number): boolean => formOf(count) === "one";

/** "1 000 000 d’images": after whole millions French and Spanish count with "de". */
export const ofMillions = (count: number, said: string): string =>
  formOf(count) === "many"
    ? said.replace(/(\d)\s(?=\p{L})/u, "$1 de ").replace(/(?<=\d) de (?=[aeiouéh])/, elided)
    : said;

const elided = (de: string): string => (localeNow().startsWith("fr") ? " d’" : de);
