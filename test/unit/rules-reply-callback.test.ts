import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { afterCallback, type CallbackAnswer } from '../../server/rules/reply-callback.ts';

const answer = (status: number | null, more: Partial<CallbackAnswer> = {}): CallbackAnswer => ({
  status,
  contentType: 'application/json; charset=utf-8',
  body: '{}',
  attempts: 1,
  retryAfterMs: null,
  ...more,
});
const json = { body: '{"accepted":true}' };
const page = { contentType: 'text/html; charset=utf-8', body: '<!DOCTYPE html><p>done' };

describe('the answer to a reply', () => {
  test.each([
    ['200 with JSON takes it', answer(200, json), { action: 'taken' }],
    ['201 takes it', answer(201), { action: 'taken' }],
    ['204 without a body takes it', answer(204, { contentType: null, body: '' }), { action: 'taken' }],
    ['200 with plain text takes it', answer(200, { contentType: 'text/plain', body: 'ok' }), { action: 'taken' }],
    ['JSON that cannot be read takes it', answer(200, { body: '{' }), { action: 'taken' }],
    ['accepted: false leaves it open', answer(200, { body: '{"a":1,"accepted":false}' }), { action: 'keep_waiting' }],
    ['422 leaves it open', answer(422), { action: 'keep_waiting' }],
    ['200 with a web page: already finished', answer(200, page), { action: 'gone', reason: 'finished' }],
    [
      'a web page without a type: already finished',
      answer(200, { contentType: null, body: ' <html>' }),
      { action: 'gone', reason: 'finished' },
    ],
    ['404: deleted', answer(404, page), { action: 'gone', reason: 'deleted' }],
    ['410: deleted', answer(410), { action: 'gone', reason: 'deleted' }],
    ['401: the signature is wrong', answer(401), { action: 'gone', reason: 'unauthorized' }],
    ['403: not allowed', answer(403), { action: 'gone', reason: 'unauthorized' }],
    ['a redirect is not followed', answer(302), { action: 'gone', reason: 'refused' }],
    ['400 is final', answer(400), { action: 'gone', reason: 'refused' }],
    ['409: not parked yet, again at once', answer(409), { action: 'retry', delayMs: 50 }],
    ['500: again after a second', answer(500, page), { action: 'retry', delayMs: 1_000 }],
    ['no answer: again after a second', answer(null), { action: 'retry', delayMs: 1_000 }],
    ['429 is asked again when it wants', answer(429, { retryAfterMs: 7_000 }), { action: 'retry', delayMs: 7_000 }],
    ['nobody may ask for hours', answer(503, { retryAfterMs: 36e5 }), { action: 'retry', delayMs: 180_000 }],
    ['nor for less than planned', answer(503, { retryAfterMs: 1 }), { action: 'retry', delayMs: 1_000 }],
  ])('%s', (_, given, verdict) => {
    expect(afterCallback(given)).toEqual(verdict);
  });

  test.each([
    [409, 25_550],
    [500, 591_000],
    [null, 591_000],
  ])('%s is tried again for %s ms in all, each time later, then given up', (status, totalMs) => {
    const delays: number[] = [];
    for (let attempts = 1; attempts < 100; attempts += 1) {
      const verdict = afterCallback(answer(status, { attempts }));
      if (verdict.action !== 'retry') {
        expect(verdict).toEqual({ action: 'gone', reason: 'unreachable' });
        break;
      }
      delays.push(verdict.delayMs);
    }
    expect(delays.reduce((sum, delay) => sum + delay, 0)).toBe(totalMs);
    expect(delays).toEqual(delays.toSorted((a, b) => a - b));
  });

  property.prop([
    fc.record({
      status: fc.option(fc.integer({ min: 100, max: 599 }), { nil: null }),
      contentType: fc.option(fc.string(), { nil: null }),
      body: fc.oneof(fc.string(), fc.json()),
      attempts: fc.nat(50),
      retryAfterMs: fc.option(fc.nat(), { nil: null }),
    }),
  ])('always leads somewhere, and to no wait for ever', (given) => {
    const verdict = afterCallback(given);
    expect(['taken', 'keep_waiting', 'retry', 'gone']).toContain(verdict.action);
    if (given.attempts > 20) expect(verdict.action).not.toBe('retry');
  });
});
