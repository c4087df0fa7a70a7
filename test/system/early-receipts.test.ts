import { expect, test } from 'vitest';
import { systemClock } from '../../server/clock.ts';
import { createReceipts } from '../../server/messages/receipt.ts';
import type { Database } from '../../server/store/database.ts';
import { world } from '../support/world.ts';

const RECEIPT = {
  smscId: 'fake',
  carrierId: 'late',
  state: 'delivered',
  error: null,
  recipient: '14155550123',
  raw: '',
} as const;

/** The same database, whose first answer about early receipts comes when it is told to. */
function slowAnswer(database: Database): { readonly slow: Database; readonly asked: Promise<void>; answer(): void } {
  const gate = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<void>();
  let isFirst = true;
  const query: Database['query'] = async (config) => {
    const rows = await database.query(config);
    if (!isFirst || !JSON.stringify(config).includes('from early_receipts order by')) return rows as never;
    isFirst = false;
    asked.resolve();
    await gate.promise;
    return rows as never;
  };
  return { slow: { ...database, query }, asked: asked.promise, answer: () => gate.resolve() };
}

test('a receipt that comes while an older look for early ones is under way is found with its text', async () => {
  const w = await world();
  w.startWorking();
  // Its own receipts know now that none waits, and will not look again.
  await w.sweep();
  const { slow, asked, answer } = slowAnswer(w.database);
  const receipts = createReceipts({
    database: slow,
    clock: systemClock,
    log: { info: () => undefined, warn: () => undefined },
    idFormatOf: () => 'auto',
    onEvents: () => undefined,
    onNameless: () => undefined,
  });
  receipts.adoptIfWaiting();
  await asked;
  await receipts.take(RECEIPT);
  answer();
  await new Promise((resolve) => setImmediate(resolve));

  w.carrier.answer = () => ({ kind: 'accepted', carrierId: 'late' });
  const id = await w.send({ to: '+14155550123' });
  await w.reaches(id, 'sent', 'delivered');
  receipts.adoptIfWaiting();
  expect((await w.reaches(id, 'delivered')).status).toBe('delivered');
});
