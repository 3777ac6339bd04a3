// Elements that must be there: the compiler cannot know it, so it is checked.

/** The element of a list at a place that must exist. */
export function at<T>(list: readonly T[], place: number): T {
  const found = list[place];
  if (found === undefined) throw new RangeError(`a list of ${list.length} has nothing at ${place}`);
  return found;
}
