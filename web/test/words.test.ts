// @vitest-environment node
// The page in other languages: its English sentences are the keys, and their values find their places.
import { readdirSync, readFileSync } from "node:fs";
import { afterEach, expect, it, vi } from "vitest";
import { readable } from "../src/ranking/score.ts";
import { eth, left, plural } from "../src/views/format.ts";
import { fill, html, say, word } from "../src/words/html.ts";
import { type Language, speak } from "../src/words/language.ts";
import { joined, piecesOf, sentenceOf } from "../src/words/segments.ts";
import { listed } from "../src/words/writing.ts";

vi.hoisted(() => vi.stubGlobal("navigator", { languages: ["en-US"] }));
afterEach(() => speak("en", new Map()));

const drawn = ({ strings, values }: ReturnType<typeof html>): string =>
  strings.map((text, i) => `${text}${i < values.length ? String(values[i]) : ""}`).join("");

/** The sentences of a template. */
const sentences = (strings: TemplateStringsArray, ..._: readonly string[]) =>
  piecesOf(joined(strings)).flatMap((piece) =>
    "text" in piece ? [sentenceOf(piece.text).key] : [],
  );

it("takes sentences out of a template, with what is read aloud, and leaves its markup", () => {
  expect(
    sentences`<p class="a b">Won by <b>${"x"}</b> in ${"y"}. <a href="#/">All</a></p>`,
  ).toEqual([...["Won by <b>{0}</b> in {1}.", "All"]]);
  expect(sentences`<img src=${"x"} alt="The target of ${"y"}" /><i title=${"z"}></i>`).toEqual([
    ...["The target of {0}", "{0}"],
  ]);
});

it("says sentences in another order where the language wants it, each value in its place", () => {
  speak(
    "de",
    new Map([
      ["{0} beats <b>{1}</b>.", "<b>{1}</b> unterliegt {0}."],
      ["ticket", "Ticket"],
    ]),
  );
  const draw = (a: string, b: string) =>
    html`<p class=${"ticket"}>${a} beats <b>${b}</b>.</p> ${"ticket"}`;
  expect(drawn(draw("A", "B"))).toBe("<p class=ticket><b>B</b> unterliegt A.</p> Ticket");
  // lit-html knows a template by its strings: they must be the same the next time.
  expect(draw("C", "D").strings).toBe(draw("E", "F").strings);
});

it("stays English where nothing is translated", () => {
  speak("de", new Map([["Other", "Anderes"]]));
  expect(drawn(html`<p>Not ${"yet"}</p>`)).toBe("<p>Not yet</p>");
  expect([say`Not ${"yet"}`, fill("{0} left", [3]), word("Left"), word("Other")]).toEqual([
    ...["Not yet", "3 left", "Left", "Anderes"],
  ]);
});

const folder = new URL("../src/messages/", import.meta.url);
const files = readdirSync(folder).map((name) => [name.slice(0, 2) as Language, name] as const);

const messagesOf = (name: string): Map<string, string> =>
  new Map(Object.entries(JSON.parse(readFileSync(new URL(name, folder), "utf8"))));

it.each(files)("counts and writes numbers as %s does", (language, name) => {
  const messages = messagesOf(name);
  speak(language, messages);
  const thousands = { de: "10.000", fr: "10\u202f000", es: "10.000", ja: "10,000", zh: "10,000" };
  expect(plural(10_000, "ticket")).toContain(thousands[language as "de"]);
  const marked = { de: "0,088", fr: "0,088", es: "0,088", ja: "0.088", zh: "0.088" };
  expect(readable("calibrated", 88_000n)).toBe(marked[language as "de"]);
  const sums = { de: "1.234,05 ETH", fr: "1\u202f234,05 ETH", es: "1234,05 ETH" };
  expect(eth(1_234_050_000_000_000_000_000n)).toBe(sums[language as "de"] ?? "1,234.05 ETH");
  expect(eth(1n)).toMatch(/^0[.,]0{17}1 ETH$/);
  // A translation is no way for markup into the page.
  for (const text of messages.values()) expect(text).not.toMatch(/<(?!\/?(b|strong)>)/);
});

it("uses the singular where the language does, and its own words between things", () => {
  speak("fr", messagesOf("fr.json"));
  expect([0, 1, 2].map((count) => plural(count, "win"))).toEqual(["0 win", "1 win", "2 wins"]);
  expect([0, 1, 2].map((count) => plural(count, "day"))).toEqual(["0 jour", "1 jour", "2 jours"]);
  expect([1_000_000, 1_000_001, 2_000_000].map((count) => plural(count, "image"))).toEqual([
    ...[
      "1\u202f000\u202f000 d’images",
      "1\u202f000\u202f001 images",
      "2\u202f000\u202f000 d’images",
    ],
  ]);
  expect(plural(1_000_000, "ticket")).toBe("1\u202f000\u202f000 de tickets");
  expect(listed(["is animated", "is damaged", "x"])).toBe("est animée, est abîmée et x");
  speak("es", messagesOf("es.json"));
  expect(plural(3_000_000, "image")).toBe("3.000.000 de imágenes");
  speak("ja", messagesOf("ja.json"));
  expect(plural(1_000_000, "image")).not.toContain("de");
  expect([left(7500), left(200_000)]).toEqual(["2時間05分", "2日"]);
  expect(listed(["is animated", "x"])).toBe("アニメーションです、x");
});

it("translates a word that stands with white space beside other text", () => {
  speak("de", new Map([["from your file", "aus deiner Datei"]]));
  expect(drawn(html`<h2>${"Ticket 3"}${" from your file"}</h2>`)).toBe(
    "<h2>Ticket 3 aus deiner Datei</h2>",
  );
});

it("keeps a colon with its word in French, and a percent sign with its number", () => {
  for (const [name, pattern] of [
    ["fr.json", / [:;?!»%]|« /],
    ["de.json", /\d %/],
    ["es.json", /\d %/],
  ] as const)
    for (const text of messagesOf(name).values()) expect(text).not.toMatch(pattern);
});
