import { afterAll, beforeAll, expect, test } from 'vitest';
import { messageListSchema } from '../../server/http/contract-messages.ts';
import { historyStatement } from '../../server/store/history.ts';
import type { Message } from '../../server/rules/message.ts';
import { newId, startApi, type TestApi } from '../support/http-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api[Symbol.asyncDispose]());

async function idsOf(search: string, key = api.keys.test): Promise<string[]> {
  const { status, json } = await api.call(`/v1/messages?${search}`, { key });
  expect(status).toBe(200);
  return messageListSchema.parse(json).data.map(({ message_id }) => message_id);
}
const idOf = async (message: Partial<Message>) => (await api.store(message)).id;
const failed = { code: 'FILTERED', class: 'review', message: 'No.' } as const;

test('R004: the history is filtered by tag, campaign, conversation and error, alone and together', async () => {
  const conversation_id = newId();
  const first = await idOf({ tags: ['order', 'vip'], campaign_id: 'spring', conversation_id });
  const second = await idOf({ tags: ['order'], campaign_id: 'autumn', status: 'failed', error: failed });
  await idOf({});
  const live = await idOf({ tags: ['order'], mode: 'live' });
  expect(await idsOf('tag=order')).toEqual([second, first]);
  expect(await idsOf('tag=order', api.keys.live)).toEqual([live]);
  expect(await idsOf('tag=vip')).toEqual([first]);
  expect(await idsOf('tag=nobody')).toEqual([]);
  expect(await idsOf('campaign_id=spring')).toEqual([first]);
  expect(await idsOf(`conversation_id=${conversation_id}`)).toEqual([first]);
  expect(await idsOf('error_code=FILTERED')).toEqual([second]);
  expect(await idsOf('tag=order&campaign_id=autumn&status=failed&error_code=FILTERED')).toEqual([second]);
  expect(await idsOf('tag=vip&error_code=FILTERED')).toEqual([]);
});

test('R004: pages of a tag go on where they ended, and end', async () => {
  const ids = [];
  for (let index = 0; index < 5; index += 1) ids.push(await idOf({ tags: ['paged'] }));
  const seen: string[] = [];
  for (let cursor = ''; ;) {
    const { json } = await api.call(`/v1/messages?tag=paged&limit=2${cursor}`);
    const page = messageListSchema.parse(json);
    seen.push(...page.data.map(({ message_id }) => message_id));
    if (page.next_cursor === null) break;
    cursor = `&cursor=${encodeURIComponent(page.next_cursor)}`;
  }
  expect(seen).toEqual(ids.toReversed());
});

test('R004: every filter goes by an index of its own', async () => {
  const none = {
    mode: 'test',
    belowId: newId(),
    fromId: null,
    direction: null,
    contact: null,
    from: null,
    to: null,
    status: null,
    clientRef: null,
    tag: null,
    campaignId: null,
    conversationId: null,
    errorCode: null,
    batchId: null,
    createdFrom: null,
    createdBefore: null,
    limit: 51,
  } as const;
  const { database } = api;
  // Enough texts that reading all of them is dearer than going by the right index.
  await database.query({
    text: `insert into messages (id, mode, direction, status, "from", "to", contact, body, message_type, encoding,
        segments, created_at, status_updated_at, due_at, error)
      select lpad(to_hex(n), 32, '0')::uuid, 'test', case when n % 10 = 0 then 'inbound' else 'outbound' end,
        case when n % 10 = 2 then 'queued' else 'sent' end,
        '+1500555' || lpad((n % 7)::text, 4, '0'), '+1415555' || lpad((n % 5000)::text, 4, '0'),
        '+1415555' || lpad((n % 5000)::text, 4, '0'), 'x', 'transactional', 'GSM-7', 1, now(), now(),
        case when n % 10 = 2 then now() end,
        case when n % 1000 = 1 then '{"code":"FILTERED"}'::jsonb when n % 20 = 1 then '{"code":"INVALID_NUMBER"}' end
      from generate_series(1, 20000) n`,
    values: [],
  });
  await database.query({ text: 'analyze messages', values: [] });
  const wanted = {
    messages_from_ours: { direction: 'outbound', from: '+15005550199' },
    messages_to_ours: { direction: 'inbound', to: '+15005550199' },
    messages_of_contact: { direction: 'outbound', to: '+14155550123', contact: '+14155550123' },
    messages_by_reference: { clientRef: 'order-1' },
    messages_of_campaign: { campaignId: 'spring' },
    messages_of_conversation: { conversationId: newId() },
    messages_by_error: { errorCode: 'FILTERED' },
    message_tags_pkey: { tag: 'order' },
    messages_of_batch: { batchId: 'bat_1' },
    'messages_(open|due)': { status: 'held' },
    messages_with_error: { status: 'failed' },
  } as const;
  for (const [index, filter] of Object.entries(wanted)) {
    const { sql, parameters } = historyStatement(database, { ...none, ...filter }).compile();
    const rows = await database.query<Record<string, string>>({ text: `explain ${sql}`, values: parameters });
    expect(rows.flatMap((row) => Object.values(row)).join('\n'), index).toMatch(new RegExp(index));
  }
});
