import { expect, test } from 'vitest';
import { sendAnswer } from '../../connectors/hubspot/channels/answer.ts';
import { readPortalSettings } from '../../connectors/hubspot/portal-settings.ts';
import type { Queries, Storage } from '../../connectors/seam/storage.ts';
import { virtualClock } from '../support/virtual-clock.ts';

const clock = virtualClock();
const nobody = () => Promise.reject(new Error('Nobody is to be asked.'));

test('what we published ourselves is not texted again when its publishing ends while it is looked at', async () => {
  let isPublished = false;
  const query: Queries['query'] = <Row>(sql: string): Promise<Row[]> => {
    if (sql.includes(`direction = 'AGENT'`)) return Promise.resolve((isPublished ? [] : [{}]) as Row[]);
    if (sql.includes(`direction = 'OUTGOING'`)) isPublished = true;
    return Promise.resolve([]);
  };
  const storage: Storage = { query, transaction: (work) => work({ query }) };
  const validate = ({ number }: { number: string }) => Promise.resolve({ possible: true, number, type: null });
  const asked = { client: { read: nobody }, sdk: { sms: { send: nobody }, numbers: { validate } } };
  const portal = { portalId: 1, state: 'active', settings: readPortalSettings({}), scopes: [] };
  const task = { portalId: 1, channelMessageId: 'm1', accountId: 'a1', threadId: 't1', to: '+14155550100' };
  const shown = { hasOthers: false, contactId: null, text: 'Hi', hasAttachments: false, atMs: clock.now() };
  const options = { storage, clock, ...asked } as unknown as Parameters<typeof sendAnswer>[0];
  const outcome = await sendAnswer(options, portal as unknown as Parameters<typeof sendAnswer>[1], {
    ...task,
    ...shown,
  });
  expect(outcome).toEqual({ type: 'done' });
});
