import fc from 'fast-check';
import { expect, test } from 'vitest';
import { submittedBatchSchema } from '../../server/http/contract-batches.ts';
import { ERROR_CODES } from '../../server/rules/error-codes.ts';
import { apiClient, TEXT } from '../support/api-client.ts';
import { ownServer } from '../support/own-server.ts';

const field = fc.constantFrom(
  'to',
  'from',
  'body',
  'message',
  'variables',
  'tags',
  'send_window',
  'metadata',
  'priority',
);
const item = fc.oneof(
  fc.jsonValue(),
  fc.dictionary(field, fc.jsonValue()).map((fields) => ({ ...TEXT, ...fields })),
  fc.dictionary(field, fc.string({ unit: 'binary', maxLength: 30 })).map((fields) => ({ ...TEXT, ...fields })),
);

test('R027: whatever is in a batch, each item has one result in its place, and nothing answers 500', async () => {
  const call = apiClient(await ownServer({ SIMULATOR_PORT: 'free' }));
  const batch = fc.record(
    { messages: fc.array(item, { minLength: 1, maxLength: 10 }), defaults: fc.dictionary(field, fc.jsonValue()) },
    { requiredKeys: ['messages'] },
  );
  await fc.assert(
    fc.asyncProperty(batch, async (wanted) => {
      const { status, body } = await call('POST', '/v1/messages/batch', wanted);
      expect(status).toBe(202);
      const { results, total, accepted, rejected } = submittedBatchSchema.parse(body);
      expect(results.map(({ index }) => index)).toEqual(wanted.messages.map((_, index) => index));
      expect([total, accepted + rejected]).toEqual([results.length, results.length]);
      for (const { error } of results) if (error) expect(Object.keys(ERROR_CODES)).toContain(error.code);
    }),
    { numRuns: 100 },
  );
});
