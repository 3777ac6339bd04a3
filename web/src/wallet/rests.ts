// The rests between two looks at a transaction: each lasts a while, or until somebody has to know now.
export class Rests {
  #wake = (): void => {};
  #asked: (() => void)[] = [];
  #over = false;

  constructor(private readonly seconds: number) {}

  get areOver(): boolean {
    return this.#over;
  }

  rest(): Promise<void> {
    this.#tell();
    if (this.#over) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.seconds * 1000);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** Ends the rest; kept once the next look is over, for everybody who asked. */
  look(): Promise<void> {
    if (this.#over) return Promise.resolve();
    return new Promise((resolve) => {
      this.#asked.push(resolve);
      this.#wake();
    });
  }

  /** Nobody looks any more, so that nobody waits for it. */
  end(): void {
    this.#over = true;
    this.#wake();
    this.#tell();
  }

  #tell(): void {
    for (const resolve of this.#asked.splice(0)) resolve();
  }
}
