// Every language in the views that everybody sees, on a phone: no sentence is left in English, and nothing
// is wider than the screen.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { leave } from "../player.ts";
import { scene } from "../stage.ts";
import { cast } from "./cast.ts";

const FOLDER = new URL("../../src/messages/", import.meta.url);
/** A word that only a name, a number's unit or a sentence has. */
const WORD = /\p{L}{3}/u;
/** What is called the same everywhere. */
const NAMES = /Judging Oracle|ETH|0x[0-9a-f…]+/gi;

/** Phones that are common, and the narrow ones. */
const WIDTHS = [360, 390];

interface Seen {
  readonly texts: readonly string[];
  /** What reaches beyond the screen, by its width. */
  readonly tooWide: readonly string[];
}

/** Every text and every attribute that is read, with what an element says itself put together. */
function textsHere(): string[] {
  const texts: string[] = [document.title];
  for (const element of document.querySelectorAll("#app *")) {
    if (element.closest(".mono, .hash, pre, select")) continue;
    const own = [...element.childNodes].filter(({ nodeType }) => nodeType === Node.TEXT_NODE);
    texts.push(own.map(({ textContent }) => textContent).join(""));
    for (const name of ["aria-label", "alt", "title", "placeholder"])
      texts.push(element.getAttribute(name) ?? "");
  }
  return texts.map((text) => text.replace(/\s+/g, " ").trim());
}

/** Not by `innerWidth`: a phone's grows with a page that is too wide. */
function tooWideFor(width: number): string[] {
  if (document.documentElement.scrollWidth <= width) return [];
  const wide = [...document.querySelectorAll("body *")].filter(
    (element) => element.getBoundingClientRect().right > width,
  );
  return wide.map(
    ({ tagName, className, textContent }) =>
      `${width}: ${tagName}.${className} "${textContent?.trim().slice(0, 40)}"`,
  );
}

/** Shows a view, and waits until it waits for nothing. */
async function look(page: Page, view: string): Promise<Seen> {
  await page.evaluate((hash) => {
    location.hash = hash;
  }, view);
  await page.waitForFunction(() => {
    const here = [...document.querySelectorAll("main [role=status]")];
    return (
      document.querySelector("main h1, main h2") &&
      !document.querySelector("main .frame.wait") &&
      here.every(({ textContent }) => !textContent?.trim().endsWith("…")) &&
      (!document.querySelector(".phase.Final") ||
        !location.hash.startsWith("#/c/") ||
        document.querySelector(".practice .drop, .practice pre"))
    );
  });
  await page.evaluate(() => {
    for (const folded of document.querySelectorAll<HTMLDetailsElement>("main details"))
      folded.open = true;
  });
  const tooWide: string[] = [];
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 844 });
    tooWide.push(...(await page.evaluate(tooWideFor, width)));
  }
  return { texts: await page.evaluate(textsHere), tooWide };
}

/** Some months have the same name in several languages. */
const monthsIn = (language: string): RegExp =>
  new RegExp(
    Array.from({ length: 12 }, (_, i) =>
      new Date(2026, i).toLocaleDateString(language, { month: "long" }),
    ).join("|"),
    "g",
  );

/** What a translation looks like once its values stand in it. */
const shapeOf = (translation: string): RegExp =>
  new RegExp(
    `^${translation
      .replace(/<[^>]*>/g, "")
      .split(/\{\d+\}/)
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))
      .join(".*")}$`,
  );

export function languages(): void {
  scene("every language is spoken through, and fits a phone", async (stage) => {
    const visitor = await stage.enter({ phone: true });
    const { page } = visitor;
    await page.goto(stage.devnet.page);
    const views = ["#/", "#/calendar", "#/fame", "#/tickets", "#/how"];
    for (const id of [cast.main, cast.other]) views.push(`#/c/${id}`);
    const english = new Map<string, Seen>();
    for (const view of views) {
      const here = await look(page, view);
      assert.deepEqual(here.tooWide, [], `wider than the screen in English, ${view}`);
      english.set(view, here);
    }
    for (const file of readdirSync(FOLDER)) {
      const messages: Record<string, string> = JSON.parse(
        readFileSync(new URL(file, FOLDER), "utf8"),
      );
      const shapes = Object.values(messages)
        .filter((text) => WORD.test(text.replace(/<[^>]*>/g, "")))
        .map(shapeOf);
      const language = file.slice(0, 2);
      const months = monthsIn(language);
      await page.evaluate(
        (name) => localStorage.setItem("language", JSON.stringify(name)),
        language,
      );
      await page.reload();
      for (const view of views) {
        const { texts, tooWide } = await look(page, view);
        const left = texts
          .filter((text) => english.get(view)?.texts.includes(text))
          .filter((text) => WORD.test(text.replaceAll(NAMES, "").replaceAll(months, "")))
          .filter((text) => !shapes.some((shape) => shape.test(text)));
        assert.deepEqual(left, [], `left in English in ${file}, ${view}`);
        assert.deepEqual(tooWide, [], `wider than the screen in ${file}, ${view}`);
      }
    }
    await leave(visitor);
  });
}
