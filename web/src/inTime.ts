// A time limit for what may never answer: a server, a node, or a wallet that reads for the page.

/** What `work` gives, or after `seconds` an error. */
export function inTime<T>(work: Promise<T>, seconds: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("There was no answer in time.")), seconds * 1000);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
