import { describe, expect, test } from 'vitest';
import { createClient } from '../../connectors/hubspot/api/client.ts';
import { errorOfAnswer, HubSpotError } from '../../connectors/hubspot/api/errors.ts';
import { createPlainClient } from '../../connectors/hubspot/api/plain.ts';
import type { Call, Transport } from '../../connectors/hubspot/api/transport.ts';

/** HubSpot as one of its specs, its documentation or a proxy before it would answer. */
function answering(answers: Readonly<Record<string, unknown>>, refusal?: { status: number; body: string }) {
  const asked: Call[] = [];
  const send = (call: Call) => {
    asked.push(call);
    if (refusal) return Promise.reject(errorOfAnswer({ ...refusal, retryAfter: null }));
    return Promise.resolve({ status: 200, text: JSON.stringify(answers[call.path]) });
  };
  const transport: Transport = { send, sendFor: (_portalId, call) => send(call) };
  return { transport, asked, plain: createPlainClient({ transport, clientId: 'id', clientSecret: 'secret' }) };
}
const TOKEN = '/oauth/2026-09/token';
const INTROSPECT = '/oauth/2026-09/token/introspect';
const pair = {
  token_type: 'bearer',
  expires_in: '1800',
  access_token: 'a'.repeat(300),
  refresh_token: 'r'.repeat(300),
};

describe('what HubSpot writes in one way here and in another there', () => {
  test('are ids of records, as text or as numbers', async () => {
    const { transport } = answering({
      '/crm/objects/2026-09/contacts/batch/read': { results: [{ url: null, id: 7, properties: { phone: null } }] },
      '/crm/associations/2026-09/deals/contacts/batch/read': {
        results: [{ to: [{ toObjectId: 7, associationTypes: [] }], from: { id: 9 }, paging: null }],
      },
    });
    const client = createClient(transport);
    expect(await client.read(1, 'contacts', ['7'], ['phone'])).toEqual([{ id: '7', properties: { phone: null } }]);
    expect(await client.linked(1, 'deals', ['9'], 'contacts')).toEqual(new Map([['9', ['7']]]));
  });

  test('is whose tokens they are: in their answer, or only in the introspection', async () => {
    const said = answering({ [TOKEN]: { ...pair, hub_id: '77', user_id: null, scopes: ['oauth'] } });
    expect(await said.plain.tokensByCode('c', 'https://sms.example.com/x')).toMatchObject({
      hub_id: 77,
      user_id: null,
      expires_in: 1_800,
      scopes: ['oauth'],
    });
    expect(said.asked).toHaveLength(1);
    const unsaid = answering({
      [TOKEN]: { ...pair, scopes: null },
      [INTROSPECT]: { active: true, hub_id: 77, user_id: 9, scopes: ['oauth', 'tickets'] },
    });
    expect(await unsaid.plain.tokensByCode('c', 'https://sms.example.com/x')).toMatchObject({
      hub_id: 77,
      scopes: ['oauth', 'tickets'],
    });
    expect(new URLSearchParams(unsaid.asked[1]?.body).get('token')).toBe(pair.access_token);
  });

  test('is the refresh token, which stays where none comes', async () => {
    const { plain } = answering({ [TOKEN]: { access_token: 'next', expires_in: 1_800 } });
    expect(await plain.tokensByRefresh('kept')).toEqual({
      access_token: 'next',
      refresh_token: 'kept',
      expires_in: 1_800,
    });
  });

  test('is the pause it asks for, in whole seconds or parts of them', () => {
    const pause = (retryAfter: string) => errorOfAnswer({ status: 429, retryAfter, body: '{}' }).retryAfterMs;
    expect([pause('2'), pause('1.5'), pause('soon')]).toEqual([2_000, 1_500, 10_000]);
  });
});

describe('a refusal of tokens', () => {
  const kindOf = async (status: number, body: string) => {
    const { plain } = answering({}, { status, body });
    return plain.tokensByRefresh('r').catch((error: unknown) => (error instanceof HubSpotError ? error.kind : error));
  };

  test('disconnects an account where HubSpot says so by name', async () => {
    expect(await kindOf(400, '{"status":"BAD_REFRESH_TOKEN","message":"unknown"}')).toBe('auth');
    expect(await kindOf(400, '{"error":"invalid_grant"}')).toBe('auth');
    expect(await kindOf(400, '{"status":"BAD_CLIENT_SECRET"}')).toBe('config');
  });

  test.each([
    [401, '<html>Who are you?</html>'],
    [403, '<html>Blocked</html>'],
    [404, ''],
    [400, '{"message":"Something"}'],
  ])('with %d and no such name is tried again', async (status, body) => {
    expect(await kindOf(status, body)).toBe('transient');
  });

  test('that is a page in place of tokens is tried again, too, and repeats nothing of it', async () => {
    const { plain } = answering({ [TOKEN]: { access_token: 'canary', expires_in: 'soon' } });
    const error = await plain.tokensByRefresh('r').catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ kind: 'transient', reason: 'tokens: cannot read expires_in' });
    expect(String(error)).not.toContain('canary');
  });
});
