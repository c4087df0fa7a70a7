import { expect, test } from 'vitest';
import type { SmsClient } from '../../connectors/sdk/index.ts';
import { openApi } from '../../server/http/openapi.ts';
import { fakeServer } from '../support/fake-fetch.ts';

interface Operation {
  readonly id: string;
  readonly call: string;
  readonly isIdempotent: boolean;
}

/** Every operation of the contract that takes a key. */
const OPERATIONS: readonly Operation[] = Object.entries(openApi('').paths as Record<string, Record<string, unknown>>)
  .flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => ({ path, method, operation })))
  .flatMap(({ path, method, operation }) => {
    const { operationId, parameters, security } = operation as {
      operationId: string;
      parameters: { name: string }[];
      security?: unknown;
    };
    if (security !== undefined) return [];
    const isIdempotent = parameters.some(({ name }) => name === 'Idempotency-Key');
    return [{ id: operationId, call: `${method.toUpperCase()} ${path.replaceAll(/\{\w+\}/g, 'x')}`, isIdempotent }];
  });

/** For those who come from elsewhere; the stream has tests of its own. */
const NO_METHOD = ['sendSms', 'sendSmsCompatible', 'streamEvents'];

const number = '+14155550123';
const text = { to: number, body: 'Hello' };
const evidence = { evidence: { text: 'I agree' } };

const CALLS: Readonly<Record<string, (client: SmsClient) => Promise<unknown> | AsyncGenerator<unknown, void>>> = {
  previewMessage: ({ sms }) => sms.preview(text),
  lintTemplate: ({ templates }) => templates.lint({ body: 'Hello' }),
  validateNumber: ({ numbers }) => numbers.validate({ number }),
  sendBatch: ({ sms }) => sms.sendBatch([text]),
  getBatch: ({ batches }) => batches.get('x'),
  listBatchMessages: ({ batches }) => batches.messages('x'),
  pauseBatch: ({ batches }) => batches.pause('x'),
  resumeBatch: ({ batches }) => batches.resume('x'),
  cancelBatch: ({ batches }) => batches.cancel('x'),
  sendMessage: ({ sms }) => sms.send(text),
  listMessages: ({ sms }) => sms.list(),
  getMessage: ({ sms }) => sms.getStatus('x'),
  changeMessage: ({ sms }) => sms.change('x', { schedule_for: null }),
  cancelMessage: ({ sms }) => sms.cancel('x'),
  listMessageEvents: ({ sms }) => sms.events('x'),
  resendMessage: ({ sms }) => sms.resend('x'),
  redactMessage: ({ sms }) => sms.redact('x'),
  listTemplates: ({ templates }) => templates.list(),
  createTemplate: ({ templates }) => templates.create({ name: 'n', body: 'b' }),
  getTemplate: ({ templates }) => templates.get('x'),
  updateTemplate: ({ templates }) => templates.update('x', { name: 'n', body: 'b' }),
  deleteTemplate: ({ templates }) => templates.remove('x'),
  previewTemplate: ({ templates }) => templates.preview('x', { to: number }),
  createWebhookEndpoint: ({ webhooks }) => webhooks.create({ url: 'https://a.example', event_types: ['*'] }),
  listWebhookEndpoints: ({ webhooks }) => webhooks.list(),
  getWebhookEndpoint: ({ webhooks }) => webhooks.get('x'),
  updateWebhookEndpoint: ({ webhooks }) => webhooks.update('x', { enabled: false }),
  deleteWebhookEndpoint: ({ webhooks }) => webhooks.remove('x'),
  rotateWebhookSecret: ({ webhooks }) => webhooks.rotate('x', 60),
  getWebhookSecret: ({ webhooks }) => webhooks.callbackSecret(),
  testWebhookEndpoint: ({ webhooks }) => webhooks.test('x'),
  recoverWebhookDeliveries: ({ webhooks }) => webhooks.recover('x', { since: '2026-11-20T00:00:00Z' }),
  listWebhookDeliveries: ({ webhooks }) => webhooks.deliveries.list('x'),
  getWebhookDelivery: ({ webhooks }) => webhooks.deliveries.get('x'),
  resendWebhookDelivery: ({ webhooks }) => webhooks.deliveries.resend('x'),
  getQueues: ({ queues }) => queues.get(),
  listReviewQueue: ({ reviewQueue }) => reviewQueue.list(),
  resolveReviewQueueItem: ({ reviewQueue }) => reviewQueue.resolve('x', { action: 'discard' }),
  getAnalyticsSummary: ({ analytics }) => analytics.summary(),
  getAnalyticsTimeseries: ({ analytics }) => analytics.timeseries(),
  getAnalyticsBreakdown: ({ analytics }) => analytics.breakdown(),
  getBalance: ({ balance }) => balance.get(),
  listBalanceTransactions: ({ balance }) => balance.transactions(),
  createTopUp: ({ balance }) => balance.topUp({ amount: '5.00' }),
  listPrices: ({ prices }) => prices.list(),
  replacePrices: ({ prices }) => prices.replace([{ prefix: '+', price: '0.0075' }]),
  listEvents: ({ events }) => events.list(),
  getMe: (client) => client.me(),
  listApiKeys: ({ keys }) => keys.list(),
  createApiKey: ({ keys }) => keys.create({ name: 'n' }),
  getApiKey: ({ keys }) => keys.get('x'),
  changeApiKey: ({ keys }) => keys.change('x', { name: 'n' }),
  revokeApiKey: ({ keys }) => keys.revoke('x'),
  rotateApiKey: ({ keys }) => keys.rotate('x'),
  pauseSending: ({ sending }) => sending.pause(),
  resumeSending: ({ sending }) => sending.resume(),
  listCarriers: ({ smsc }) => smsc.list(),
  createCarrier: ({ smsc }) => smsc.create({ id: 'a', host: 'a.example', port: 2775, system_id: 's', password: 'p' }),
  getCarrier: ({ smsc }) => smsc.get('x'),
  deleteCarrier: ({ smsc }) => smsc.remove('x'),
  pauseCarrier: ({ smsc }) => smsc.pause('x'),
  resumeCarrier: ({ smsc }) => smsc.resume('x'),
  rebindCarrier: ({ smsc }) => smsc.rebind('x'),
  setCarrierPassword: ({ smsc }) => smsc.setPassword('x', 'p'),
  listPhones: ({ sandbox }) => sandbox.phones(),
  listPhoneMessages: ({ sandbox }) => sandbox.messages('x'),
  answerFromPhone: ({ sandbox }) => sandbox.answer({ from: number, to: '+15005550100', body: 'Yes' }),
  getFaults: ({ sandbox }) => sandbox.faults(),
  setFaults: ({ sandbox }) => sandbox.setFaults({}),
  resetSandbox: ({ sandbox }) => sandbox.reset(),
  listRoutes: ({ routes }) => routes.list(),
  createRoute: ({ routes }) => routes.create({ smsc_id: 'a' }),
  explainRoute: ({ routes }) => routes.explain({ to: number }),
  deleteRoute: ({ routes }) => routes.remove('x'),
  listSenders: ({ senders }) => senders.list(),
  createSender: ({ senders }) => senders.create({ value: '+15005550100' }),
  resolveSender: ({ senders }) => senders.resolve({ to: number }),
  updateSender: ({ senders }) => senders.update('x', {}),
  deleteSender: ({ senders }) => senders.remove('x'),
  listSenderPools: ({ senders }) => senders.pools.list(),
  createSenderPool: ({ senders }) => senders.pools.create({ name: 'n', sender_ids: [] }),
  deleteSenderPool: ({ senders }) => senders.pools.remove('x'),
  listSenderRules: ({ senderRules }) => senderRules.list(),
  storeSenderRules: ({ senderRules }) => senderRules.store([]),
  deleteSenderRule: ({ senderRules }) => senderRules.remove('x'),
  listOptOutReviews: ({ optOuts }) => optOuts.reviews.list(),
  getOptOutReview: ({ optOuts }) => optOuts.reviews.get('x'),
  resolveOptOutReview: ({ optOuts }) => optOuts.reviews.resolve('x', 'opt_out'),
  getPropagation: ({ optOuts }) => optOuts.propagation('x'),
  confirmPropagation: ({ optOuts }) => optOuts.acknowledge('x', { system: 'crm' }),
  listConnectedSystems: ({ optOuts }) => optOuts.systems.list(),
  putConnectedSystem: ({ optOuts }) => optOuts.systems.put('x', { name: 'CRM' }),
  deleteConnectedSystem: ({ optOuts }) => optOuts.systems.remove('x'),
  requestOptIn: ({ consents }) => consents.request({ number, topic: 'news' }),
  getConsent: ({ consents }) => consents.get('x'),
  recordConsent: ({ consents }) => consents.record({ number, action: 'opt_in', source: 'paper', ...evidence }),
  listConsentEvents: ({ consents }) => consents.events('x'),
  listOptOuts: ({ optOuts }) => optOuts.list(),
  createOptOut: ({ optOuts }) => optOuts.create({ number }),
  importOptOuts: ({ optOuts }) => optOuts.import({ numbers: [number] }),
  deleteOptOut: ({ optOuts }) => optOuts.delete('x', evidence),
  listSuppressions: ({ suppressions }) => suppressions.list(),
  createSuppressions: ({ suppressions }) => suppressions.create({ numbers: [number], list: 'manual' }),
  deleteSuppression: ({ suppressions }) => suppressions.remove('x', { list: 'manual' }),
  createReplyWait: ({ replyWaits }) => replyWaits.create({ message_id: 'm' }),
  listReplyWaits: ({ replyWaits }) => replyWaits.list(),
  getReplyWait: ({ replyWaits }) => replyWaits.get('x'),
  cancelReplyWait: ({ replyWaits }) => replyWaits.cancel('x'),
  listConversations: ({ conversations }) => conversations.list(),
  getConversation: ({ conversations }) => conversations.get('x'),
  changeConversation: ({ conversations }) => conversations.patch('x', { status: 'closed' }),
  listConversationMessages: ({ conversations }) => conversations.messages('x'),
  replyInConversation: ({ conversations }) => conversations.reply('x', { body: 'Hello' }),
  listConversationNotes: ({ conversations }) => conversations.notes('x'),
  addConversationNote: ({ conversations }) => conversations.note('x', { body: 'Hello' }),
  listContacts: ({ contacts }) => contacts.list(),
  listCampaigns: ({ campaigns }) => campaigns.list(),
  getCampaign: ({ campaigns }) => campaigns.get('x'),
  getContact: ({ contacts }) => contacts.get('x'),
  putContact: ({ contacts }) => contacts.put('x', {}),
  changeContact: ({ contacts }) => contacts.patch('x', {}),
  exportPersonalData: ({ privacy }) => privacy.export(number),
  erasePersonalData: ({ privacy }) => privacy.erase(number),
  getPrivacyJob: ({ privacy }) => privacy.job('x'),
  getExportedTexts: ({ privacy }) => privacy.texts('x'),
  listAuditLog: ({ audit }) => audit.list(),
  verifyAuditLog: ({ audit }) => audit.verify(),
  listRules: ({ rules }) => rules.list(),
  createRule: ({ rules }) => rules.create({ name: 'n', match: { type: 'any' }, actions: [] }),
  testRules: ({ rules }) => rules.test({ from: number, to: '+15005550100', body: 'Hi' }),
  getRule: ({ rules }) => rules.get('x'),
  updateRule: ({ rules }) => rules.update('x', { enabled: false }),
  deleteRule: ({ rules }) => rules.remove('x'),
};

test('R036: every operation of the API has a method', () => {
  const operations = OPERATIONS.map(({ id }) => id).filter((id) => !NO_METHOD.includes(id));
  expect(Object.keys(CALLS).toSorted()).toEqual(operations.toSorted());
});

test.each(OPERATIONS.filter(({ id }) => !NO_METHOD.includes(id)))(
  'R036, R037: the method of $id asks $call, with an Idempotency-Key where the API knows one',
  async ({ id, call, isIdempotent }) => {
    const { client, asked } = fakeServer(() => ({ body: { data: [], next_cursor: null, lint: [] } }));
    const called = CALLS[id]?.(client);
    if (called && Symbol.asyncIterator in called) for await (const item of called) expect(item).toBeUndefined();
    else await called;
    const told = asked.map(({ method, path, headers }) => [`${method} ${path}`, headers.has('Idempotency-Key')]);
    // Sending again is a send, too.
    expect(told).toEqual([[call, isIdempotent || id === 'resendMessage']]);
  },
);
