// @vitest-environment node
// What a player is told of an image before it is committed.
import { keccak256 } from "viem";
import { expect, it, vi } from "vitest";
import { againstIt } from "../src/views/ranking/draft.ts";

const [TARGET, MINE, OTHER] = ["0x01", "0x02", "0x03"].map((text) => keccak256(text as "0x01"));

vi.mock("../src/secret/keep.ts", () => ({
  loadSecret: (commitment: string) => (commitment === "0xc1" ? { imageDigest: MINE } : null),
}));

const c = { id: 7n, targetDigest: TARGET as `0x${string}` };
const tickets = [
  { id: 7n, ticketId: 1n, commitment: "0xc1" },
  { id: 7n, ticketId: 2n, commitment: null },
  { id: 8n, ticketId: 1n, commitment: "0xc1" },
] as const;

it("is told when it is the target, or stands on another ticket of the same competition", () => {
  const said = (ticketId: bigint, digest = OTHER) =>
    againstIt(c, { ticketId }, tickets, digest as `0x${string}`);
  expect(said(2n, TARGET)).toContain("This is the target itself");
  expect(said(2n, MINE)).toContain("stands on your ticket 1 already");
  expect(said(1n, MINE)).toBe("");
  expect(said(2n, OTHER)).toBe("");
});
