// What is loaded by who looks at days and players or reads up, and not by who plays.
export { calendar } from "./calendar.ts";
export { fame } from "./fame.ts";
export { how } from "./how.ts";
export { past } from "./past.ts";
