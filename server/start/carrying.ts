import { openNumberKey } from '../access/first-start.ts';
import { openContacts } from '../contacts/contacts.ts';
import type { EndedText } from '../contacts/findings.ts';
import { createFinishAttempts } from '../messages/finish.ts';
import { createTakeLateAnswer } from '../messages/late-answer.ts';
import { createReceipts } from '../messages/receipt.ts';
import { createReceive } from '../messages/receive.ts';
import { openSenders } from '../messages/senders.ts';
import { openSending } from '../messages/sending.ts';
import type { Mode } from '../rules/message.ts';
import { retryPolicy } from '../rules/retry.ts';
import { openCarriers, openSimulator, senderFinder } from './carriers.ts';
import type { Around, Foundation } from './foundation.ts';
import { retentionSettings, verdictSettings } from './settings.ts';
import type { Telling } from './telling.ts';

export type Carrying = Awaited<ReturnType<typeof openCarrying>>;

/** Then the people, the carriers and what goes between them. No carrier is connected yet. */
export async function openCarrying(
  around: Around,
  foundation: Foundation,
  telling: Telling,
  onErasing: (mode: Mode, number: string) => Promise<void>,
) {
  const { config, log, clock, closers } = around;
  const { database, secrets, queue, instanceId } = foundation;
  const { metrics, onEvents } = telling;
  const base = { database, clock, log, onEvents };
  const onEnded = (ended: readonly EndedText[]) => contacts.findings.texts(ended);
  const receipts = createReceipts({
    ...base,
    idFormatOf: (smscId) => carriers.get(smscId)?.messageIdFormat ?? 'auto',
    onNameless: () => metrics.namelessReceipt(),
    onEnded,
  });
  const contacts = await openContacts({
    ...base,
    ...(await contactSettings(around, foundation, telling)),
    onErasing,
    senderOf: senderFinder(() => senders),
    meaningsOf: (smscId) => carriers.get(smscId)?.errorMeanings,
  });
  closers.add('reply callbacks', () => contacts.stop());
  const receiving = { ...base, ...contacts.hearing, onTextFrom: contacts.findings.textFrom };
  const policy = retryPolicy(config.RETRY_POLICY ?? {});
  const ending = { ...base, onEnded, onSegments: () => receipts.adoptIfWaiting() };
  const random = Math.random;
  const finishAttempts = createFinishAttempts({ ...ending, queue, instanceId, random, retryPolicy: policy });
  const takeLateAnswer = createTakeLateAnswer(ending);
  const events = { receipt: receipts.take, inbound: createReceive(receiving) };
  const simulator = await openSimulator(config, log, clock, closers);
  const senders = await openSenders({ database, clock, enforcement: config.SENDER_RULES });
  const { rateOf: senderRate, registrationOf } = senders;
  const links = { clock, log, events, onEvents, senderRate, registrationOf, requiresTls: config.HIPAA_MODE };
  const carriers = await openCarriers(config, simulator, database, secrets, links);
  const shared = { ...base, queue, carriers, instanceId };
  const { verdicts } = contacts;
  const sending = await openSending({ ...shared, finishAttempts, takeLateAnswer, senders, verdicts });
  closers.add('texts under way', () => sending.submit.idle());
  closers.add('carriers', async () => {
    // Jobs give back what they have not sent, while the carriers wait for what they have.
    await Promise.all([queue.stopWorking(), carriers.stop()]);
  });
  return { shared, receipts, contacts, receiving, simulator, senders, carriers, sending, retryPolicy: policy };
}

async function contactSettings(
  { config }: Around,
  { database, secrets, queue, webhookSecret, newId, publicUrl }: Foundation,
  { safeFetch, metrics }: Telling,
) {
  return {
    queue,
    numberKey: await openNumberKey(database, secrets),
    organisation: config.ORGANISATION_NAME,
    supportContact: config.SUPPORT_CONTACT,
    publicUrl,
    policy: verdictSettings(config),
    newId,
    isHealth: config.HIPAA_MODE,
    retention: retentionSettings(config),
    onRedacted: metrics.redacted,
    callbacks: { safeFetch, callbackSecret: () => webhookSecret },
  };
}
