// What is loaded when there is a ranking to look at.
export { results } from "./results.ts";
