// The visitor's language, and how numbers and dates are written in it.
import { named, parseJson, text } from "../border/parse.ts";
import { keep, outlivesPage, stored } from "../border/stored.ts";
import de from "../messages/de.json?url";
import es from "../messages/es.json?url";
import fr from "../messages/fr.json?url";
import ja from "../messages/ja.json?url";
import zh from "../messages/zh.json?url";

export const LANGUAGES = {
  en: "English",
  de: "Deutsch",
  fr: "Français",
  es: "Español",
  ja: "日本語",
  zh: "简体中文",
} as const;
export type Language = keyof typeof LANGUAGES;

/** As fonts and screen readers know them: Chinese letters look different where it is not said which are meant. */
export const tagOf = (language: string): string => (language === "zh" ? "zh-Hans" : language);

const FILES: Partial<Record<Language, string>> = { de, es, fr, ja, zh };
const KEY = "language";
/** Of the page's address, where this browser keeps nothing: ?lang=fr */
const PARAMETER = "lang";
const MOST = 2000;

const isLanguage = (name: string): name is Language => Object.hasOwn(LANGUAGES, name);

function chosen(): Language {
  const asked = new URLSearchParams(location.search).get(PARAMETER) ?? "";
  const wished = [asked, stored(KEY, text(10), ""), ...navigator.languages];
  return wished.map((name) => name.toLowerCase().slice(0, 2)).find(isLanguage) ?? "en";
}

let locale = "en";
let messages: ReadonlyMap<string, string> = new Map();

export const localeNow = (): string => locale;
/** Of dates: in English by the visitor's own habit, if that is an English one. */
export const datesNow = (): string =>
  isEnglish() ? (navigator.languages.find((name) => name.startsWith("en")) ?? "en-GB") : locale;
export const isEnglish = (): boolean => messages.size === 0;
export const messageFor = (key: string): string | undefined => messages.get(key);

/** For tests as well: what is said from now on. */
export function speak(language: Language, all: ReadonlyMap<string, string>): void {
  messages = all;
  locale = navigator.languages?.find((name) => name.toLowerCase().startsWith(language)) ?? language;
}

/** Loads the visitor's language; in English where that cannot be had. */
export async function loadLanguage(): Promise<void> {
  const language = chosen();
  const file = FILES[language];
  if (!file) return;
  try {
    const answer = await fetch(file);
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    speak(language, parseJson(await answer.text(), named(text(2000), MOST), "the messages"));
    document.documentElement.lang = tagOf(language);
  } catch (error) {
    console.debug(error);
  }
}

export const languageNow = (): Language => (isEnglish() ? "en" : chosen());

export function choose(language: string): void {
  keep(KEY, language);
  const address = new URL(location.href);
  if (outlivesPage(KEY)) address.searchParams.delete(PARAMETER);
  else address.searchParams.set(PARAMETER, language);
  history.replaceState(history.state, "", address);
  location.reload();
}
