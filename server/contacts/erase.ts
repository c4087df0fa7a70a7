import { tell } from '../messages/tell.ts';
import { CHAIN_START } from '../rules/hash-chain.ts';
import { lockChain } from '../store/consent-ledger.ts';
import type { Database } from '../store/database.ts';
import { insertEvents } from '../store/events.ts';
import {
  cancelForErasure,
  type Erased,
  eraseRest,
  eraseTexts,
  hasTexts,
  keepOptOuts,
  lockTextsToErase,
} from '../store/privacy.ts';
import { endWaits, type MatchOptions } from './reply-matching.ts';

/**
 * Takes away what is stored about a number. In two sweeps, because a text that was accepted just before the first one
 * may be claimed just after it: until the second one the opt-out stays where the claim looks for it. What was on its
 * way meanwhile (webhooks, receipts, replies) is gone after the second one. Repeating a sweep does no harm.
 */
export async function eraseNumber(
  options: MatchOptions,
  erased: Erased,
  jobId: string,
  sweep: 'first' | 'second',
  now: Date,
): Promise<'done' | 'texts_under_way'> {
  const { database } = options;
  const final = sweep === 'second';
  await stopTexts(options, erased, now);
  await eraseAllTexts(database, erased, final, now);
  if (final && (await hasTexts(database, erased))) return 'texts_under_way';
  await database.transaction(async () => {
    // Whoever opts out or in at this moment holds the end of the chain, and comes before or after all of this.
    await lockChain(database, erased.mode, CHAIN_START);
    if (final) await keepOptOuts(database, erased, now);
    await eraseRest(database, erased, jobId, final);
  });
  return 'done';
}

/** Days later: receipts that carriers have written since, which may quote the text. */
export async function eraseLate(database: Database, erased: Erased, now: Date): Promise<void> {
  await eraseAllTexts(database, erased, true, now);
}

/** Honours the opt-outs from now on by what will be left of them, and cancels what has not left. */
function stopTexts(options: MatchOptions, erased: Erased, now: Date): Promise<void> {
  const { database } = options;
  return database.transaction(async () => {
    await lockChain(database, erased.mode, CHAIN_START);
    await keepOptOuts(database, erased, now);
    const canceled = await cancelForErasure(database, erased, now);
    await endWaits(options, { mode: erased.mode, contact: erased.number, topic: '*' }, now);
    await insertEvents(
      database,
      canceled.map((row) => tell(row, 'canceled', now)),
    );
  });
}

const CHUNK = 200;
const LOWEST = '00000000-0000-0000-0000-000000000000';

/** In transactions of their own: somebody who has been texted for years must not keep all others waiting. */
async function eraseAllTexts(database: Database, erased: Erased, final: boolean, now: Date): Promise<void> {
  for (let above: string | undefined = LOWEST; above !== undefined;) {
    const from: string = above;
    above = await database.transaction(async () => {
      const ids = await lockTextsToErase(database, erased, from, CHUNK);
      if (ids.length > 0) await eraseTexts(database, ids, erased, final, now);
      return ids.length === CHUNK ? ids.at(-1) : undefined;
    });
  }
}
