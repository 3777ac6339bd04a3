// The rests between two looks at a transaction: each lasts a while, or until somebody has to know now.
export class Rests {
  #wake = (): void => {};
  #looked = (): void => {};

  constructor(private readonly seconds: number) {}

  rest(): Promise<void> {
    this.#looked();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.seconds * 1000);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** Ends the rest; kept once the next look is over. */
  look(): Promise<void> {
    return new Promise((resolve) => {
      this.#looked = resolve;
      this.#wake();
    });
  }

  end(): void {
    this.#looked();
  }
}
