// The name that an account gives itself in the Ethereum Name Service; loaded only on chains that have it.
import type { Address } from "viem";
import { getEnsName } from "viem/actions";
import type { Reader } from "./client.ts";

/** The same address on every chain that has it: https://docs.ens.domains. */
const RESOLVER: Address = "0xeEeEEEeE14D718C2B47D9923Deab1335E144EeEe";

/** A name that leads back to the account; null without one. */
export const readEnsName = (reader: Reader, address: Address): Promise<string | null> =>
  getEnsName(reader, { address, universalResolverAddress: RESOLVER }).catch(() => null);
