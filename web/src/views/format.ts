// Numbers, times and addresses as people read them.

import { formatEther } from "viem";
import { fill, say } from "../words/html.ts";
import { datesNow, isEnglish, localeNow } from "../words/language.ts";
import { exactly, isSingular, ofMillions } from "../words/writing.ts";

export const eth = (wei: bigint): string => `${exactly(formatEther(wei))} ETH`;

const TINY = 10n ** 14n;

/** Few digits, for sums that are looked at and not paid. */
export const aboutEth = (wei: bigint): string =>
  wei > 0n && wei < TINY
    ? say`less than ${0.0001} ETH`
    : `${Number(formatEther(wei)).toLocaleString(localeNow(), { maximumSignificantDigits: 4 })} ETH`;

export const short = (text: string): string => `${text.slice(0, 6)}…${text.slice(-4)}`;

export const plural = (count: number, noun: string): string =>
  ofMillions(
    count,
    fill(`{0} ${isSingular(count) ? noun : many(noun)}`, [count.toLocaleString(localeNow())]),
  );

const many = (noun: string): string =>
  /[^aeiou]y$/.test(noun) ? `${noun.slice(0, -1)}ies` : `${noun}s`;

/** "2 h 05 min", "4:09": what is left, coarse when far and exact when near. */
export function left(seconds: number): string {
  const s = Math.max(0, Math.floor(seconds));
  const two = (n: number) => String(n).padStart(2, "0");
  if (s >= 172_800) return plural(Math.floor(s / 86_400), "day");
  if (s >= 3600) return say`${Math.floor(s / 3600)} h ${two(Math.floor((s % 3600) / 60))} min`;
  return `${Math.floor(s / 60)}:${two(s % 60)}`;
}

export const when = (timestamp: number): string =>
  new Date(timestamp * 1000).toLocaleString(datesNow(), {
    dateStyle: "medium",
    timeStyle: "short",
  });

const HALF_A_YEAR = 183 * 86_400_000;

/** "28 November", where the visitor is; with its year when that is not plain. */
export function dateOf(timestamp: number): string {
  const at = new Date(timestamp * 1000);
  const isNear = Math.abs(Date.now() - at.getTime()) < HALF_A_YEAR;
  const form = isNear
    ? ({ day: "numeric", month: "long" } as const)
    : ({ dateStyle: "long" } as const);
  return at.toLocaleDateString(isEnglish() ? "en-GB" : localeNow(), form);
}

/** How long something lasts, in words: "30 minutes", "1 hour". */
export function lasting(seconds: number): string {
  const whole = (size: number) => seconds >= size && seconds % size === 0;
  if (whole(86_400)) return plural(seconds / 86_400, "day");
  if (whole(3600)) return plural(seconds / 3600, "hour");
  if (whole(60)) return plural(seconds / 60, "minute");
  return plural(seconds, "second");
}
