// What is loaded by who looks at days and players, and not by who plays.
export { calendar } from "./calendar.ts";
export { fame } from "./fame.ts";
export { past } from "./past.ts";
