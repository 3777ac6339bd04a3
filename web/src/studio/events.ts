// Server-sent events out of a stream's pieces. The browser's own EventSource sends no token.

export interface ServerEvent {
  readonly kind: string;
  readonly data: string;
}

export class EventText {
  #rest = "";

  constructor(private readonly most: number) {}

  /** The events that a further piece completes. Throws when one grows beyond the limit. */
  add(piece: string): ServerEvent[] {
    const blocks = (this.#rest + piece).split(/\r?\n\r?\n/);
    this.#rest = blocks.pop() ?? "";
    if (this.#rest.length > this.most) throw new Error("The studio sends too much.");
    return blocks.map(eventIn).filter(({ data }) => data !== "");
  }
}

function eventIn(block: string): ServerEvent {
  let kind = "message";
  const data: string[] = [];
  for (const line of block.split(/\r?\n/)) {
    const [, name, value] = /^([a-z]+): ?(.*)$/.exec(line) ?? []; // a comment begins with a colon
    if (name === "event") kind = value ?? "";
    if (name === "data") data.push(value ?? "");
  }
  return { kind, data: data.join("\n") };
}
