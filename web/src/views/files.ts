// Files that the page hands to the player.
import { html } from "lit-html";
import type { Competition } from "../chain/readCompetitions.ts";
import type { Bytes } from "../content/bytes.ts";
import { cidOf, digestOf } from "../content/digest.ts";

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

/** A calendar entry for the time in which a submission must be revealed. */
export function calendar(
  c: Pick<Competition, "id" | "openEnds" | "revealEnds">,
  page: string,
): string {
  const stamp = (seconds: number) =>
    `${new Date(seconds * 1000).toISOString().replace(/[-:]|\.\d+/g, "")}`;
  return [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Judging Oracle//EN",
    "BEGIN:VEVENT",
    `UID:reveal-${c.id}-${c.openEnds}@judging-oracle`,
    `DTSTAMP:${stamp(c.openEnds)}`,
    `DTSTART:${stamp(c.openEnds)}`,
    `DTEND:${stamp(c.revealEnds)}`,
    `SUMMARY:Reveal your image in competition No. ${c.id}`,
    `URL:${page}`,
    "BEGIN:VALARM",
    "ACTION:DISPLAY",
    "DESCRIPTION:Reveal your image",
    "TRIGGER:PT0M",
    "END:VALARM",
    "END:VEVENT",
    "END:VCALENDAR",
    "",
  ]
    .map(fold)
    .join("\r\n");
}

/** RFC 5545 has no line of more than 75 bytes; longer ones go on after a space. */
const fold = (line: string): string => line.replace(/(.{74})(?=.)/g, "$1\r\n ");

export const saveCalendar = (c: Competition, page: string): void =>
  saveFile(`reveal-${c.id}.ics`, new Blob([calendar(c, page)], { type: "text/calendar" }));
