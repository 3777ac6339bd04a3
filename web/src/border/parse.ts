// The border: whatever comes from outside (content, configuration, files, wallets, servers, this
// browser's storage) becomes a typed value here, or an error that says where it is malformed.
// Nothing else in the page parses JSON.
import { type Address, type Hex, isAddress, isHex } from "viem";

export class Malformed extends Error {}

/** Gives the value in its type, or throws `Malformed`; `at` says where it stands. */
export type Parser<T> = (value: unknown, at: string) => T;

/** A text of JSON, read by `parser`. `what` names the whole in errors. */
export function parseJson<T>(text: string, parser: Parser<T>, what: string): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Malformed(`${what} is not JSON`);
  }
  return parser(value, what);
}

const refuse = (at: string, wanted: string): never => {
  throw new Malformed(`${at} is not ${wanted}`);
};

/** A parser of everything that `test` accepts. */
const only =
  <T>(test: (value: unknown) => value is T, wanted: string): Parser<T> =>
  (value, at) =>
    test(value) ? value : refuse(at, wanted);

export const flag = only((value): value is boolean => typeof value === "boolean", "true or false");

/** A whole number from `low` to `high`, both included. */
export const integer = (low: number, high: number): Parser<number> =>
  only(
    (value): value is number =>
      typeof value === "number" && Number.isSafeInteger(value) && value >= low && value <= high,
    `a whole number from ${low} to ${high}`,
  );

export const uint32 = integer(0, 2 ** 32 - 1);

/** At most `most` characters. */
export const text = (most: number): Parser<string> =>
  only(
    (value): value is string => typeof value === "string" && value.length <= most,
    `a text of at most ${most} characters`,
  );

/** 32 bytes, in lower case. */
export const word = only(
  (value): value is Hex => typeof value === "string" && /^0x[0-9a-f]{64}$/.test(value),
  "32 bytes in lower case",
);

/** Any bytes in hexadecimal. */
export const bytes = only((value): value is Hex => isHex(value), "bytes in hexadecimal");

/** An address as it is written, with any mixture of cases. */
export const address = only(
  (value): value is Address => typeof value === "string" && isAddress(value, { strict: false }),
  "an address",
);

const DIGITS = 78; // of 2^256

/** A whole number written as a text, since JSON's own numbers are doubles; fits 256 bits. */
export const decimal: Parser<bigint> = (value, at) =>
  typeof value === "string" && /^-?\d+$/.test(value) && value.length <= DIGITS
    ? BigInt(value)
    : refuse(at, "a whole number in a text");

export const nullOr =
  <T>(parser: Parser<T>): Parser<T | null> =>
  (value, at) =>
    value === null ? null : parser(value, at);

/** As `parser`; `otherwise` where there is nothing. */
export const optional =
  <T>(parser: Parser<T>, otherwise: T): Parser<T> =>
  (value, at) =>
    value === undefined || value === null ? otherwise : parser(value, at);

/** From `fewest` to `most` of them. */
export const list =
  <T>(parser: Parser<T>, most: number, fewest = 0): Parser<T[]> =>
  (value, at) => {
    if (!Array.isArray(value) || value.length > most || value.length < fewest)
      return refuse(at, `a list of ${fewest} to ${most}`);
    return value.map((each, i) => parser(each, `${at}[${i}]`));
  };

/** An object whose names are not known beforehand; at most `most` of them. */
export const named =
  <T>(parser: Parser<T>, most: number): Parser<ReadonlyMap<string, T>> =>
  (value, at) => {
    if (!isObject(value)) return refuse(at, "an object");
    const entries = Object.entries(value);
    if (entries.length > most) return refuse(at, `an object of at most ${most} names`);
    return new Map(entries.map(([name, each]) => [name, parser(each, `${at}.${name}`)]));
  };

/** Reads the fields of an object one by one. */
export type Fields = <T>(name: string, parser: Parser<T>) => T;

/** An object; `read` asks for the fields it knows, and others are passed over. */
export const object =
  <T>(read: (field: Fields, value: object) => T): Parser<T> =>
  (value, at) => {
    if (!isObject(value)) return refuse(at, "an object");
    // Own fields alone: "constructor" names nothing.
    const own = (name: string): unknown =>
      Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;
    return read((name, parser) => parser(own(name), `${at}.${name}`), value);
  };

const isObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A value of JSON that is only handed on. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [name: string]: Json };

export const json: Parser<Json> = (value, at) => (isJson(value) ? value : refuse(at, "JSON"));

const isJson = (value: unknown): value is Json =>
  value === null ||
  ["boolean", "number", "string"].includes(typeof value) ||
  (typeof value === "object" && Object.values(value ?? {}).every(isJson));
