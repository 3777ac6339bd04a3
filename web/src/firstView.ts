// What a competition's own address shows before the page has begun: its name, and a preview of its target
// (oracle/api/share/document.py).

export interface FirstView {
  /** The competition's id. */
  readonly id: string;
  readonly content: Element;
  /** The address of the preview in it; empty where there is none, or none yet. */
  readonly preview: string;
}

/** What the server drew, if it did; the address becomes the one by which the page knows the competition. */
export function takeFirstView(): FirstView | null {
  const content = document.querySelector<HTMLElement>("[data-competition]");
  const id = content?.dataset.competition;
  if (!content || !id) return null;
  if (!location.hash) history.replaceState(null, "", `../#/c/${id}`);
  const shown = content.querySelector("img");
  return {
    id,
    content,
    get preview() {
      return shown?.complete && shown.naturalWidth ? shown.currentSrc : "";
    },
  };
}
