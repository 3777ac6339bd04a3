// A studio over HTTP: what it answers, what it refuses, and that it does not answer at all.
import type { Address, Hex } from "viem";
import { type Parser, parseJson } from "../border/parse.ts";
import type { Bytes } from "../content/bytes.ts";
import { readCapped } from "../content/fetchContent.ts";
import { say } from "../words/html.ts";
import {
  type About,
  type Asked,
  about,
  asked,
  type LogHead,
  logHead,
  type Overview,
  overview,
  type Prompt,
  prompt,
  refusal,
  token,
} from "./answers.ts";
import { EventText } from "./events.ts";

/** How long an answer may take, and how long a stream may be silent: it says "still here" each 15 s. */
const ANSWER_SECONDS = 20;
const SILENT_SECONDS = 40;
const ANSWER_BYTES = 4 << 20;
const IMAGE_BYTES = 1 << 20;
const NO_SESSION = 401;
const BUSY = new Set([429, 502, 503, 504]);

/** The studio answered no, in its own words. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
  /** The token opens nothing any more. */
  get isSessionOver(): boolean {
    return this.status === NO_SESSION;
  }
  /** It may take the same thing later: too busy, or its generator is down. */
  get isForNow(): boolean {
    return BUSY.has(this.status);
  }
}

/** There was no answer, so that nobody knows whether something was taken. */
export class NoAnswer extends Error {}

export interface Permit {
  readonly competition: bigint;
  readonly ticket: bigint;
  readonly studio: Address;
  readonly deadline: number;
}

interface Wish {
  readonly method?: "POST" | "DELETE";
  readonly token?: string;
  readonly body?: object;
  readonly key?: string;
  readonly signal?: AbortSignal;
}

export class StudioClient {
  /** `url` is without a slash at its end. */
  constructor(readonly url: string) {}

  get host(): string {
    return new URL(this.url).host;
  }

  about(): Promise<About> {
    return this.#ask("", {}, about);
  }

  /** A token for a ticket, by its player's signature of `permit`. */
  openSession(permit: Permit, signature: Hex): Promise<string> {
    const { competition, ticket, studio, deadline } = permit;
    const body = { competition: Number(competition), ticket: Number(ticket), studio, deadline };
    return this.#ask("/sessions", { method: "POST", body: { ...body, signature } }, token);
  }

  prompts(token: string): Promise<Overview> {
    return this.#ask("/prompts", { token }, overview);
  }

  /** Asks for an image; the same key again is the same prompt, and counts once. */
  ask(token: string, key: string, words: string): Promise<Asked> {
    return this.#ask("/prompts", { method: "POST", token, key, body: { prompt: words } }, asked);
  }

  /** Takes back a prompt that still waits. */
  cancel(token: string, number: number): Promise<Prompt> {
    return this.#ask(`/prompts/${number}`, { method: "DELETE", token }, prompt);
  }

  /** One of the ticket's images; whether it has its digest remains to be checked. */
  async image(token: string, digest: Hex): Promise<Bytes> {
    return this.#read(`/images/${digest.slice(2)}`, { token }, IMAGE_BYTES);
  }

  log(competition: bigint): Promise<LogHead> {
    return this.#ask(`/logs/${competition}`, {}, logHead);
  }

  /** Tells every change of a ticket's prompts, until the stream ends or `signal` ends it. */
  async follow(
    token: string,
    signal: AbortSignal,
    tell: (overview: Overview) => void,
  ): Promise<void> {
    const silence = new AbortController();
    let timer = 0;
    const heard = () => {
      clearTimeout(timer);
      timer = Number(setTimeout(() => silence.abort(), SILENT_SECONDS * 1000));
    };
    heard();
    try {
      const either = AbortSignal.any([signal, silence.signal]);
      const response = await this.#send("/events", { token, signal: either });
      const stream = response.body?.pipeThrough(new TextDecoderStream()).getReader();
      const events = new EventText(ANSWER_BYTES);
      for (;;) {
        const { done, value } = (await stream?.read()) ?? { done: true };
        if (done) return;
        heard();
        for (const { kind, data } of events.add(value ?? ""))
          if (kind === "prompts") tell(parseJson(data, overview, "the studio's news"));
          else if (kind === "trouble") throw new Refused(503, wordsOf(data));
      }
    } catch (error) {
      if (signal.aborted) return;
      throw error instanceof Error && error.name !== "AbortError" && !(error instanceof TypeError)
        ? error
        : new NoAnswer(this.#silent);
    } finally {
      clearTimeout(timer);
    }
  }

  async #ask<T>(path: string, wish: Wish, parser: Parser<T>): Promise<T> {
    const answer = await this.#read(path, wish, ANSWER_BYTES);
    return parseJson(new TextDecoder().decode(answer), parser, "the studio's answer");
  }

  async #read(path: string, wish: Wish, most: number): Promise<Bytes> {
    const signal = AbortSignal.timeout(ANSWER_SECONDS * 1000);
    const response = await this.#send(path, { signal, ...wish });
    return readCapped(response, most).catch(() => {
      throw new NoAnswer(this.#silent);
    });
  }

  /** A response that is no refusal. */
  async #send(path: string, { method, token, body, key, signal }: Wish): Promise<Response> {
    const headers = new Headers();
    if (token) headers.set("Authorization", `Bearer ${token}`);
    if (key) headers.set("Idempotency-Key", key);
    if (body) headers.set("Content-Type", "application/json");
    const response = await fetch(`${this.url}/studio${path}`, {
      method: method ?? "GET",
      headers,
      ...(body ? { body: JSON.stringify(body) } : {}),
      ...(signal ? { signal } : {}),
    }).catch((error: unknown) => {
      console.debug(error);
      throw new NoAnswer(this.#silent);
    });
    if (response.ok) return response;
    const said = await readCapped(response, ANSWER_BYTES).catch(() => new Uint8Array());
    const words = wordsOf(new TextDecoder().decode(said));
    throw new Refused(response.status, words || say`The studio refuses (${response.status}).`);
  }

  get #silent(): string {
    return say`The studio at ${this.host} does not answer.`;
  }
}

/** A studio's own words as sentences; empty when it has none. */
function wordsOf(answer: string): string {
  try {
    const { what, advice } = parseJson(answer, refusal, "the answer");
    return [what, advice].filter(Boolean).map(sentence).join(" ");
  } catch (error) {
    console.debug(error);
    return "";
  }
}

export const sentence = (words: string): string => {
  const first = words.charAt(0).toUpperCase() + words.slice(1);
  return /[.!?…]$/.test(first) ? first : `${first}.`;
};
