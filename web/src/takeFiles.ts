// Files that are dropped or pasted anywhere: they go to the place for pictures that is meant, and
// never take the visitor away from the page.

const ZONE = ".drop";
const PANEL = ".panel";

export function takeFiles(): void {
  addEventListener("dragover", (event) => event.preventDefault());
  addEventListener("drop", (event) => {
    event.preventDefault();
    give(event.dataTransfer?.files, event.target);
  });
  addEventListener("paste", (event) => {
    if (give(event.clipboardData?.files, event.target)) event.preventDefault();
  });
}

/** Hands files to the file input that is meant, as if they had been chosen there. */
function give(files: FileList | undefined, target: EventTarget | null): boolean {
  const input = files?.length ? zoneFor(target)?.querySelector("input") : null;
  if (!input || !files) return false;
  input.files = files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
  return true;
}

/** The place in the same panel, in the panel under the pointer, or the only one there is. */
function zoneFor(target: EventTarget | null): Element | null {
  const here = target instanceof Element ? target.closest(PANEL)?.querySelector(ZONE) : null;
  const all = document.querySelectorAll(ZONE);
  const only = all.length === 1 ? (all[0] ?? null) : null;
  return here ?? document.querySelector(`${PANEL}:hover ${ZONE}`) ?? only;
}
