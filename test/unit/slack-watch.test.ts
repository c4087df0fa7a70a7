import { describe, expect, onTestFinished, test } from 'vitest';
import { SmsApiError } from '../../connectors/sdk/index.ts';
import type { Lane } from '../../connectors/slack/rules/watch-words.ts';
import { watchServer } from '../../connectors/slack/watch-server.ts';
import { PRESETS } from '../../server/access/scopes.ts';
import { virtualClock } from '../support/virtual-clock.ts';

const MINUTE_MS = 60_000;

const lane = (name: 'otp' | 'normal' | 'bulk', oldest_seconds: number): Lane => ({
  smsc_id: 'main <!channel>',
  lane: name,
  depth: 12,
  oldest_seconds,
});

interface Served {
  lanes: readonly Lane[];
  readonly summary?: { readonly alerts: readonly string[]; readonly opt_outs: number; readonly opt_out_rate: number };
  readonly fault?: SmsApiError;
}

function watch(server: Served) {
  const clock = virtualClock();
  const said = new Map<string, string>();
  let asked = 0;
  const watching = watchServer({
    clock,
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    queueOldMs: 10 * MINUTE_MS,
    tell: async ({ key, text }) => void (said.has(key) || said.set(key, text)),
    sdk: {
      queues: {
        get() {
          asked += 1;
          return server.fault ? Promise.reject(server.fault) : Promise.resolve({ mode: 'live', data: server.lanes });
        },
      },
      analytics: { summary: () => Promise.resolve(server.summary ?? { alerts: [], opt_outs: 0, opt_out_rate: null }) },
    },
  });
  onTestFinished(() => watching.stop());
  return { clock, server, said: () => [...said.values()], asked: () => asked };
}

describe('R178: those who run the server are told', () => {
  test('that texts wait for long, once an hour, and that they move again', async () => {
    const { clock, server, said } = watch({ lanes: [lane('normal', 599)] });
    await clock.advance(MINUTE_MS);
    expect(said()).toEqual([]);
    server.lanes = [lane('normal', 660), lane('bulk', 90_000)];
    await clock.advance(3 * MINUTE_MS);
    expect(said()).toEqual([
      '🔴 12 texts wait for carrier *main &lt;!channel&gt;* (normal), the oldest for 11 minutes.',
    ]);
    server.lanes = [];
    await clock.advance(3 * MINUTE_MS);
    expect(said().slice(1)).toEqual(['🟢 Texts for carrier *main &lt;!channel&gt;* (normal) move again.']);
  });

  test('that many people opt out, once a day', async () => {
    const summary = { alerts: ['opt_out_rate_high'], opt_outs: 9, opt_out_rate: 0.031 };
    const { clock, said } = watch({ lanes: [], summary });
    await clock.advance(5 * 60 * MINUTE_MS);
    expect(said()).toEqual([
      '🟠 9 people opted out within a day: 3.1 % of those who got a text. Carriers begin to ask at 1 %.',
    ]);
  });

  test('by a key that may ask; one that may not is not used again and again', async () => {
    expect(PRESETS.slack).toEqual(expect.arrayContaining(['queues:read', 'analytics:read']));
    const fault = new SmsApiError({
      code: 'FORBIDDEN',
      status: 403,
      retryable: false,
      detail: '',
      action: '',
      param: null,
      requestId: null,
    });
    const { clock, asked } = watch({ lanes: [], fault });
    await clock.advance(10 * MINUTE_MS);
    expect(asked()).toBe(1);
  });
});
