// The picture beside the first words: a sealed card, and two tries at what it may hide.

import { svg } from "lit-html";
import { html } from "../words/html.ts";

const attempt = (place: string, kind: string) => svg`<g class="try ${kind}" transform=${place}>
  <rect class="sky" width="150" height="150" rx="14" />
  <circle cx="104" cy="48" r="20" />
  <path d="M0 112 44 66l32 34 26-24 48 50v10a14 14 0 0 1-14 14H14a14 14 0 0 1-14-14z" /></g>`;

export const art = html`<svg class="art" viewBox="0 0 420 300" aria-hidden="true">
  ${attempt("translate(18 78) rotate(-9 75 75)", "warm")}
  ${attempt("translate(252 82) rotate(9 75 75)", "cool")}
  <g class="card-front" transform="translate(125 44)">
    <rect width="170" height="196" rx="16" />
    <circle cx="85" cy="80" r="40" />
    <path d="M64 62h42a4 4 0 0 1 4 4v28a4 4 0 0 1-4 4H64a4 4 0 0 1-4-4V66a4 4 0 0 1 4-4zM62 94l14-14 10 9 10-11 13 14" />
    <rect class="word" x="45" y="146" width="80" height="9" rx="4.5" />
    <rect class="word" x="59" y="164" width="52" height="9" rx="4.5" />
  </g></svg>`;
