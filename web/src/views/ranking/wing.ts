// What is loaded when there is a ranking to look at, or entries that wait for one.
export { results } from "./results.ts";
export { wall } from "./wall.ts";
