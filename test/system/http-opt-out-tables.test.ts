import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { parseCsv } from '../../server/rules/csv.ts';
import { startApi, type TestApi } from '../support/http-api.ts';

let api: TestApi;

beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api[Symbol.asyncDispose]());

beforeEach(async () => {
  for (const table of ['opt_outs', 'opt_ins', 'consent_events', 'consent_chains', 'events', 'audit_log']) {
    await api.database.query({ text: `delete from ${table}`, values: [] });
  }
});

const numberOf = (index: number) => `+1415555${String(1000 + index)}`;
const post = (path: string, json: unknown) => api.call(path, { method: 'POST', json });
const importTable = (raw: string, type = 'text/csv') =>
  api.call('/v1/opt-outs/import', { method: 'POST', raw, headers: { 'content-type': type } });
const table = async (path: string, headers: Readonly<Record<string, string>> = {}) => {
  const answer = await api.call(path, { headers });
  const csv = parseCsv(answer.text);
  if (!csv.ok) throw new Error(csv.message);
  const [head, ...rows] = csv.rows.map(({ cells }) => cells);
  return { answer, head, rows: rows.map((row) => Object.fromEntries(row.map((cell, at) => [head?.[at], cell]))) };
};

describe('opt-outs as a table', () => {
  test('are the whole list, whether the address or the Accept header asks for it', async () => {
    await post('/v1/opt-outs/import', { numbers: Array.from({ length: 120 }, (_, index) => numberOf(index)) });
    const { answer, head, rows } = await table('/v1/opt-outs?format=csv');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="opt-outs.csv"');
    expect(head).toEqual(['number', 'topic', 'opted_out_at', 'source', 'keyword', 'message_id', 'event_id']);
    expect(rows).toHaveLength(120);
    expect(rows.find(({ number }) => number === numberOf(7))).toMatchObject({
      topic: '*',
      source: 'import',
      keyword: '',
    });
    expect((await table('/v1/opt-outs', { accept: 'text/csv' })).answer.text).toBe(answer.text);
  });

  test('obey filters and limit, and Link names the rest', async () => {
    await post('/v1/opt-outs/import', { numbers: [numberOf(1), numberOf(2), numberOf(3)] });
    await post('/v1/opt-outs', { number: numberOf(4), source: 'agent' });
    expect((await table('/v1/opt-outs?format=csv&source=agent')).rows).toMatchObject([{ number: numberOf(4) }]);
    const first = await table('/v1/opt-outs?format=csv&limit=3');
    const next = /<(.*)>; rel="next"/.exec(first.answer.headers.get('link') ?? '')?.[1] ?? '';
    const second = await table(next);
    expect(second.answer.headers.get('link')).toBeNull();
    const numbers = [...first.rows, ...second.rows].map(({ number }) => number);
    expect(numbers.toSorted()).toEqual([1, 2, 3, 4].map(numberOf));
  });

  test('stay JSON for who takes both or names no kind that there is', async () => {
    for (const accept of ['*/*', 'application/json, text/csv', 'text/html']) {
      expect((await api.call('/v1/opt-outs', { headers: { accept } })).json).toMatchObject({ data: [] });
    }
    const json = await api.call('/v1/opt-outs?format=json', { headers: { accept: 'text/csv' } });
    expect(json.json).toMatchObject({ data: [] });
    expect(await api.call('/v1/opt-outs?format=xml')).toMatchObject({ status: 400, json: { param: 'format' } });
  });

  test('go in again as they came out, with the moment at which they were said', async () => {
    await post('/v1/opt-outs/import', { numbers: [numberOf(1)], occurred_at: '2024-05-06T07:08:09.000Z' });
    await post('/v1/opt-outs', { number: numberOf(2), topic: 'sale' });
    const { answer, rows } = await table('/v1/opt-outs?format=csv');
    await api.database.query({ text: 'delete from opt_outs', values: [] });
    const done = await importTable(answer.text);
    expect(done).toMatchObject({ status: 200, json: { received: 2, added: 2, known: 0, invalid: [] } });
    const known = ({ number, topic, opted_out_at }: Record<string, string>) => [number, topic, opted_out_at];
    expect((await table('/v1/opt-outs?format=csv')).rows.map(known)).toEqual(rows.map(known));
  });
});

describe('a table of opt-outs', () => {
  test('may have the columns of whoever kept it, in their order and with their separator', async () => {
    const sheet = `\uFEFFName;Number;Reason\r\n"Ann; Smith";${numberOf(1)};asked by phone\r\nBob;${numberOf(2)};\r\n`;
    expect((await importTable(sheet, 'text/csv; charset=utf-8')).json).toMatchObject({ received: 2, added: 2 });
    const events = await api.call(`/v1/consents/${encodeURIComponent(numberOf(1))}/events`);
    expect(events.json).toMatchObject({ data: [{ source: 'import', evidence: { text: 'asked by phone' } }] });
    expect((await importTable(sheet)).json).toMatchObject({ received: 2, added: 0, known: 2 });
  });

  test('has its faults named by line, and they keep nobody else back', async () => {
    const lines = ['number,topic,opted_out_at', `${numberOf(1)},,`, 'nobody,,', `${numberOf(2)},,yesterday`];
    const { status, json } = await importTable([...lines, `${numberOf(3)},,2126-01-01T00:00:00Z`, ',,'].join('\n'));
    expect(status).toBe(200);
    expect(json).toMatchObject({
      received: 5,
      added: 1,
      invalid: [
        { index: 1, line: 3, message: expect.stringContaining('not a phone number') as unknown },
        { index: 2, line: 4, message: 'opted_out_at must be RFC 3339 with an offset.' },
        { index: 3, line: 5, message: 'opted_out_at must not be in the future.' },
        { index: 4, line: 6, message: 'number is required.' },
      ],
    });
    expect((await table('/v1/opt-outs?format=csv')).rows).toMatchObject([{ number: numberOf(1) }]);
  });

  test.each([
    ['no column of numbers', 'phone\n+14155551000\n', 'one of them number'],
    ['a quotation without an end', 'number\n"+1415', 'line 2'],
    ['nothing in it', '', 'names the columns'],
    ['no line after the first', 'number\n', '1 to 10000 lines'],
    ['too many lines', `number\n${'1\n'.repeat(10_001)}`, 'more than 10001 rows'],
  ])('with %s is refused whole', async (_what, sheet, words) => {
    const { status, json } = await importTable(sheet);
    expect({ status, param: json['param'] }).toEqual({ status: 400, param: 'body' });
    expect(json['detail']).toContain(words);
  });

  test('is taken where the contract says so and nowhere else', async () => {
    const headers = { 'content-type': 'text/csv' };
    const elsewhere = await api.call('/v1/opt-outs', { method: 'POST', raw: 'number\n', headers });
    expect(elsewhere).toMatchObject({ status: 415, json: { detail: 'Content-Type must be application/json.' } });
    const spreadsheet = await importTable('PK', 'application/vnd.ms-excel');
    expect(spreadsheet).toMatchObject({ status: 415, json: { param: 'Content-Type' } });
    expect(spreadsheet.json['detail']).toContain('text/csv');
    expect((await importTable('number\n'.padEnd(1_048_577, 'x'))).status).toBe(413);
  });

  test('leaves its size in the audit log, and no number', async () => {
    await importTable(`number\n${numberOf(1)}\n${numberOf(2)}\n`);
    const { json } = await api.call('/v1/audit-log');
    expect(json).toMatchObject({ data: [{ action: 'opt_out.import', target: null, details: { numbers: 2 } }] });
    expect(JSON.stringify(json)).not.toContain('5551001');
  });
});

describe('the events of a number as a table', () => {
  test('have everything that the list has, evidence as JSON, the oldest first', async () => {
    const at = `/v1/consents/${encodeURIComponent(numberOf(1))}/events`;
    const evidence = { text: 'I agree, "yes"', url: 'https://shop.example/signup' };
    await post('/v1/consents', { number: numberOf(1), action: 'opt_in', source: 'web_form', evidence });
    await post('/v1/opt-outs', { number: numberOf(1), reason: '=1+1' });
    const { data } = (await api.call(at)).json as { data: Record<string, unknown>[] };
    const { answer, head, rows } = await table(`${at}?format=csv`);
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="consent-events.csv"');
    expect(head?.toSorted()).toEqual(
      Object.keys(data[0] ?? {})
        .filter((name) => name !== 'object' && name !== 'mode')
        .toSorted(),
    );
    expect(rows.map(({ action, hash }) => [action, hash])).toEqual(data.map(({ action, hash }) => [action, hash]));
    expect(JSON.parse(rows[0]?.['evidence'] ?? '')).toEqual(evidence);
  });
});
