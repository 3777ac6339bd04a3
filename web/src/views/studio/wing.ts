// The studio's part of the page: loaded only by who looks at a competition that has one.
export { standingOf } from "../../studio/session.ts";
export { bench, pastImages } from "./bench.ts";
export { picked } from "./picked.ts";
export { howTheyDidIt } from "./told.ts";
