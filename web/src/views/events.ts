// The element of an event, in its own type.

type Kind<T extends Element> = new () => T;

/** The element that listens; an event of any other kind of element is a mistake in the page. */
export function elementOf<T extends Element>(event: Event, kind: Kind<T>): T {
  const element = event.currentTarget;
  if (element instanceof kind) return element;
  throw new TypeError(`${event.type} is listened for on something else than a ${kind.name}`);
}

export const inputOf = (event: Event): HTMLInputElement => elementOf(event, HTMLInputElement);
