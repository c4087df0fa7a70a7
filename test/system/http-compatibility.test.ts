import { expect, test } from 'vitest';
import { ownServer } from '../support/own-server.ts';

const CLASSIC =
  '{"to":"+14155552671","from":"CartBoss","body":"Hi there! Your order #1234 has been shipped and is on its way."}';
const FIRST = ['status', 'message_id', 'to', 'remaining_balance', 'message_price'];

test('R012, R013, R014, R015, R032: what other APIs are sent is taken character by character', async () => {
  const { url, keys } = await ownServer({ SIMULATOR_PORT: 'free' });
  const post = async (path: string, body: string, options: { type?: string; key?: string; id?: string } = {}) => {
    const { type = 'application/json', key = keys.test, id } = options;
    const headers = { Authorization: `Bearer ${key}`, 'Content-Type': type, ...(id ? { 'Idempotency-Key': id } : {}) };
    const response = await fetch(url + path, { method: 'POST', headers, body });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      text,
      json: JSON.parse(text) as Record<string, unknown>,
    };
  };

  const classic = await post('/v1/messages/send', CLASSIC);
  expect(classic.status).toBe(202);
  expect(Object.keys(classic.json).slice(0, 5)).toEqual(FIRST);
  expect(classic.json).toMatchObject({ status: 'queued', to: '+14155552671', from: 'CartBoss' });
  expect(classic.json['message_id']).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(classic.headers.get('deprecation')).toBeNull();

  const sms = '{"from":"+15550001111","to":"+15550002222","message":"Hello from our app"}';
  const second = await post('/v1/sms', sms);
  expect(second.status).toBe(202);
  expect(Object.keys(second.json).slice(0, 5)).toEqual(FIRST);
  expect(second.json).toMatchObject({ to: '+15550002222', from: '+15550001111' });
  expect(second.headers.get('deprecation')).toBe('@1795132800');
  expect(second.headers.get('link')).toBe('</v1/messages/send>; rel="successor-version"');

  const third = await post(
    '/v3/sms/send',
    '{"recipient":"+14155550123","message":"Hello","sender_id":"TOFACT","message_type":"transactional"}',
  );
  expect(third.status).toBe(202);
  expect(third.json).toMatchObject({ to: '+14155550123', from: 'TOFACT', message_type: 'transactional' });

  const form = await post('/v1/sms', 'to=%2B14155550123&from=CartBoss&text=Hi+there%21', {
    type: 'application/x-www-form-urlencoded',
  });
  expect(form.status).toBe(202);
  const stored = await fetch(`${url}/v1/messages/${String(form.json['message_id'])}`, {
    headers: { Authorization: `Bearer ${keys.test}` },
  });
  expect(await stored.json()).toMatchObject({ body: 'Hi there!', from: 'CartBoss' });

  // The aliases are the same endpoint, for repeated requests too.
  const once = await post('/v1/messages/send', CLASSIC, { id: 'order-1234' });
  const again = await post('/v1/sms', CLASSIC.replace('"body"', '"message"'), { id: 'order-1234' });
  expect(again.text).toBe(once.text);
  expect(again.headers.get('idempotent-replayed')).toBe('true');

  const conflict = await post('/v1/sms', '{"to":"+14155550123","message":"a","text":"b"}');
  expect(conflict).toMatchObject({ status: 400, json: { code: 'CONFLICTING_FIELDS', param: 'text' } });
  expect(conflict.headers.get('deprecation')).toBe('@1795132800');
  const elsewhere = await post('/v1/templates', 'name=a&body=b', { type: 'application/x-www-form-urlencoded' });
  expect(elsewhere).toMatchObject({ status: 415, json: { code: 'INVALID_REQUEST' } });
  const get = await fetch(`${url}/v1/sms?to=1&text=2`, { headers: { Authorization: `Bearer ${keys.test}` } });
  expect(get.status).toBe(405);

  // Possible, but nobody's number: fine for a test, refused for a phone.
  const live = await post('/v1/sms', sms, { key: keys.live });
  expect(live).toMatchObject({ json: { code: 'NO_CARRIER' } });
});
