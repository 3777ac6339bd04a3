// The part of a long list that is near the screen; the rest is room, so that ten thousand rows cost
// as much as fifty. The list is an element with `id`, its rows are `li` of equal height, in a grid of
// any number of columns, or in one column with at most one row opened (class "open").

export interface Part {
  readonly first: number;
  readonly end: number;
  /** The room of what is left out, for the list's `style` property (not its attribute: CSP). */
  readonly room: string;
}

const FEW = 60;
const MARGIN = 800; // pixels drawn beyond the screen, so that Tab and wheel find something there
const openHeights = new WeakMap<Element, number>();

export function near(id: string, count: number, open = -1): Part {
  const list = document.getElementById(id);
  const row = list?.querySelector(":scope > li:not(.open)");
  if (count <= FEW || !list || !row)
    return { first: 0, end: Math.min(count, FEW), room: "padding-block:0 0" };
  const style = getComputedStyle(list);
  const columns = style.display === "grid" ? style.gridTemplateColumns.split(" ").length : 1;
  const pitch = row.getBoundingClientRect().height + (Number.parseFloat(style.rowGap) || 0);
  const opened = list.querySelector(":scope > li.open");
  if (opened) openHeights.set(list, opened.getBoundingClientRect().height - pitch);
  const extra = open < 0 ? 0 : (openHeights.get(list) ?? 0);
  const lines = Math.ceil(count / columns);
  const heightTo = (line: number) => line * pitch + (open >= 0 && line > open ? extra : 0);
  const lineAt = (y: number) => {
    const plain = open < 0 || y < (open + 1) * pitch;
    const line = Math.floor((plain ? y : Math.max(open * pitch, y - extra)) / pitch);
    return Math.min(lines, Math.max(0, line));
  };
  const top = -list.getBoundingClientRect().top;
  const [from, to] = [lineAt(top - MARGIN), lineAt(top + innerHeight + MARGIN) + 1];
  const end = Math.min(lines, to);
  const after = heightTo(lines) - heightTo(end);
  return {
    first: from * columns,
    end: Math.min(count, end * columns),
    room: `padding-block:${heightTo(from)}px ${after}px`,
  };
}
