// Files that the page hands to the player.

import type { Competition } from "../chain/readCompetitions.ts";
import type { Bytes } from "../content/bytes.ts";
import { cidOf, digestOf } from "../content/digest.ts";
import { html, say } from "../words/html.ts";
import { type Times, timesOf } from "./schedule.ts";

export function saveFile(name: string, blob: Blob): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** A button that saves a submission's file, named by its address on IPFS. */
export function saveImage(bytes: Bytes) {
  const save = () =>
    saveFile(`${cidOf(digestOf(bytes))}.png`, new Blob([bytes], { type: "image/png" }));
  return html`<button class="quiet" @click=${save}>Save the file</button>`;
}

/** Two calendar entries: when the target opens, and when a submission must be revealed. */
export function calendar(id: bigint, times: Times, page: string): string {
  const { opens, closes, revealEnds } = times;
  return [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Judging Oracle//EN",
    ...event(`open-${id}`, opens, closes, say`Make your image: competition No. ${id}`, page),
    ...event(
      `reveal-${id}`,
      closes,
      revealEnds,
      say`Reveal your image: competition No. ${id}`,
      page,
    ),
    "END:VCALENDAR",
    "",
  ]
    .map(fold)
    .join("\r\n");
}

const stamp = (seconds: number): string =>
  new Date(seconds * 1000).toISOString().replace(/[-:]|\.\d+/g, "");

/** The same name replaces what an earlier file said, when the times are exact. */
const event = (name: string, from: number, to: number, summary: string, page: string) => [
  "BEGIN:VEVENT",
  `UID:${name}@judging-oracle`,
  `DTSTAMP:${stamp(from)}`,
  `DTSTART:${stamp(from)}`,
  `DTEND:${stamp(to)}`,
  `SUMMARY:${summary}`,
  `URL:${page}`,
  "BEGIN:VALARM",
  "ACTION:DISPLAY",
  `DESCRIPTION:${summary}`,
  "TRIGGER:PT0M",
  "END:VALARM",
  "END:VEVENT",
];

const LINE_BYTES = 74;
const encoder = new TextEncoder();

/** RFC 5545 has no line of more than 75 bytes; longer ones go on after a space. */
function fold(line: string): string {
  let room = LINE_BYTES;
  return [...line]
    .map((letter) => {
      const size = encoder.encode(letter).length;
      const isFull = size > room;
      room = (isFull ? LINE_BYTES - 1 : room) - size;
      return isFull ? `\r\n ${letter}` : letter;
    })
    .join("");
}

export const saveCalendar = (c: Competition, page: string): void =>
  saveFile(
    `competition-${c.id}.ics`,
    new Blob([calendar(c.id, timesOf(c), page)], { type: "text/calendar" }),
  );
