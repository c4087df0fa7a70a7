import type { SentText } from '../access/anomalies.ts';
import { openAnalytics } from '../events/rollups.ts';
import { openFailureReviews } from '../messages/failure-reviews.ts';
import { openMoney } from '../messages/money.ts';
import { openOutgoing } from '../messages/outgoing.ts';
import { giveOutOverdue } from '../messages/reassemble.ts';
import { createSweep } from '../messages/sweep.ts';
import type { Mode } from '../rules/message.ts';
import type { Carrying } from './carrying.ts';
import type { Around, Foundation } from './foundation.ts';
import { draftSettings, moneySettings } from './settings.ts';
import type { Telling } from './telling.ts';

export type Accepting = Awaited<ReturnType<typeof openAccepting>>;

/** Then what takes texts from callers, and the sweep. From here on carriers connect and texts leave. */
export async function openAccepting(around: Around, foundation: Foundation, telling: Telling, carrying: Carrying) {
  const { config, clock, closers } = around;
  const { access, newId } = foundation;
  const { shared, contacts, senders, carriers, sending } = carrying;
  const { database } = shared;
  const settings = { ...draftSettings(config), pools: senders };
  const money = await openMoney({ ...shared, ...moneySettings(config) });
  const options = {
    ...shared,
    routing: sending.routing,
    senders,
    settings,
    money,
    verdicts: contacts.verdicts,
    optOutPage: contacts.optOutPages,
    newId,
    hasCarrier: (mode: Mode) => carriers.all().some((carrier) => carrier.mode === mode),
    encodingOf: (smscId: string) => carriers.get(smscId)?.encoding,
    onAccepted: (mode: Mode, text: Omit<SentText, 'mode'>) => {
      telling.metrics.accepted(mode);
      access.anomalies.note({ ...text, mode });
    },
  };
  const limits = config.BATCH_LIMITS ?? undefined;
  const outgoing = openOutgoing({ ...options, maxWaiting: config.BACKLOG_MAX, limits });
  const analytics = openAnalytics({ database, clock });
  const failureReviews = openFailureReviews({ ...shared, suppressions: contacts.suppressions, newId });
  const sweep = createSweep({
    ...sweepOptions(telling, carrying),
    refresh: () => Promise.all([sending.refresh(), carriers.refresh(), money.prices.refresh()]),
    duties: [
      ...contacts.duties,
      access.keyUses.duty,
      access.keyExpiry.duty,
      sending.pauses.duty,
      money.balance.duty,
      { everyMs: 2_000, run: () => outgoing.batches.completeDue() },
      { everyMs: 2_000, run: () => analytics.refresh() },
      { everyMs: 2_000, run: () => failureReviews.refresh() },
    ],
  });
  closers.add('sweep', () => sweep.stop());
  carriers.start();
  sending.start();
  closers.add('sending', () => Promise.resolve(sending.stop()));
  sweep.start();
  return { options, settings, money, outgoing, analytics, failureReviews };
}

function sweepOptions({ metrics }: Telling, { shared, contacts, receipts, receiving, sending, retryPolicy }: Carrying) {
  return {
    ...shared,
    routing: sending.routing,
    verdicts: contacts.verdicts,
    receipts,
    giveOutOverdue: () => giveOutOverdue(receiving),
    inFlight: sending.submit.inFlight,
    retryPolicy,
    onReceiptsMissing: (count: number) => metrics.receiptsMissing(count),
  };
}
