// Numbers, times and addresses as people read them.
import { formatEther } from "viem";

export const eth = (wei: bigint): string => `${formatEther(wei)} ETH`;

const TINY = 10n ** 14n;

/** Few digits, for sums that are looked at and not paid. */
export const aboutEth = (wei: bigint): string =>
  wei > 0n && wei < TINY
    ? "less than 0.0001 ETH"
    : `${Number(formatEther(wei)).toLocaleString("en", { maximumSignificantDigits: 4 })} ETH`;

export const short = (text: string): string => `${text.slice(0, 6)}…${text.slice(-4)}`;

export const plural = (count: number, noun: string): string =>
  `${count.toLocaleString("en")} ${count === 1 ? noun : many(noun)}`;

const many = (noun: string): string =>
  /[^aeiou]y$/.test(noun) ? `${noun.slice(0, -1)}ies` : `${noun}s`;

/** "2 h 05 min", "4:09": what is left, coarse when far and exact when near. */
export function left(seconds: number): string {
  const s = Math.max(0, Math.floor(seconds));
  const two = (n: number) => String(n).padStart(2, "0");
  if (s >= 172_800) return `${Math.floor(s / 86_400)} days`;
  if (s >= 3600) return `${Math.floor(s / 3600)} h ${two(Math.floor((s % 3600) / 60))} min`;
  return `${Math.floor(s / 60)}:${two(s % 60)}`;
}

export const when = (timestamp: number): string =>
  new Date(timestamp * 1000).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });

const DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long" });
const DAY_AND_YEAR = new Intl.DateTimeFormat("en-GB", { dateStyle: "long" });
const HALF_A_YEAR = 183 * 86_400_000;

/** "28 November", where the visitor is; with its year when that is not plain. */
export function dateOf(timestamp: number): string {
  const at = new Date(timestamp * 1000);
  return (Math.abs(Date.now() - at.getTime()) < HALF_A_YEAR ? DAY : DAY_AND_YEAR).format(at);
}

/** How long something lasts, in words: "30 minutes", "1 hour". */
export function lasting(seconds: number): string {
  const units = [
    ["day", 86_400],
    ["hour", 3600],
    ["minute", 60],
  ] as const;
  for (const [unit, size] of units) {
    if (seconds >= size && seconds % size === 0) return plural(seconds / size, unit);
  }
  return plural(seconds, "second");
}
