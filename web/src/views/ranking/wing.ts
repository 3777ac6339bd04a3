// What is loaded when there are images to look at: a ranking, entries that wait for one, a draft.
export { crop } from "./crop.ts";
export { draft } from "./draft.ts";
export { outcome } from "./outcome.ts";
export { practice } from "./practice.ts";
export { results } from "./results.ts";
export { wall } from "./wall.ts";
