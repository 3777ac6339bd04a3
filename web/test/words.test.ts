// @vitest-environment node
// The page in other languages: its English sentences are the keys, and their values find their places.
import { readdirSync, readFileSync } from "node:fs";
import { afterEach, expect, it, vi } from "vitest";
import { plural } from "../src/views/format.ts";
import { fill, html, say, word } from "../src/words/html.ts";
import { type Language, speak } from "../src/words/language.ts";
import { joined, piecesOf, sentenceOf } from "../src/words/segments.ts";

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

it.each(files)("counts and writes numbers as %s does", (language, name) => {
  const messages: Record<string, string> = JSON.parse(readFileSync(new URL(name, folder), "utf8"));
  speak(language, new Map(Object.entries(messages)));
  const thousands = { de: "10.000", fr: "10\u202f000", es: "10.000", ja: "10,000", zh: "10,000" };
  expect(plural(10_000, "ticket")).toContain(thousands[language as "de"]);
  expect(plural(1, "ticket")).not.toBe("1 tickets");
  // A translation is no way for markup into the page.
  for (const text of Object.values(messages)) expect(text).not.toMatch(/<(?!\/?(b|strong)>)/);
});
