import type { Mode } from '../rules/message.ts';
import { CHAIN_START } from '../rules/hash-chain.ts';
import { lockChain } from '../store/consent-ledger.ts';
import { optOutsOf } from '../store/opt-outs.ts';
import { type ConsentOptions, optOut } from './consent.ts';
import { countryOf } from './said.ts';

/** A text that a carrier did not let through because of its recipient. */
export interface CarrierBlock {
  readonly mode: Mode;
  /** E.164. */
  readonly number: string;
  readonly smscId: string | null;
  readonly messageId: string;
  /** What the carrier said: its code, and how we read it. */
  readonly evidence: Readonly<Record<string, string | null>>;
}

/**
 * Takes a block for the opt-out that the recipient gave to the carrier, once for each number. There is no confirmation:
 * it would not get through either. False: the number had opted out before.
 */
export function recordBlock(options: ConsentOptions, block: CarrierBlock, now: Date): Promise<boolean> {
  const { database, ledger } = options;
  const { mode, number, smscId, messageId, evidence } = block;
  const carryOut = async () => {
    // Two texts may be refused at once, on two servers.
    await lockChain(database, mode, CHAIN_START);
    const optOuts = await optOutsOf(database, mode, number, ledger.numberHmac(number));
    if (optOuts.some(({ topic }) => topic === '*')) return false;
    const decision = {
      mode,
      number,
      topic: '*',
      source: 'carrier',
      channel: 'sms',
      method: null,
      actor: { type: 'system', id: `carrier:${smscId ?? 'unknown'}` } as const,
      jurisdiction: countryOf(number),
      language: null,
      keyword: null,
      messageId,
      evidence,
      at: now,
      answerFrom: null,
    };
    await optOut(options, decision, now);
    return true;
  };
  return ledger.inTurn(mode, () => database.transaction(carryOut));
}
