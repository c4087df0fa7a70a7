import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createMetrics } from '../../server/operations/metrics.ts';

async function scraped(
  sources: Parameters<typeof createMetrics>[0],
  act: (metrics: ReturnType<typeof createMetrics>) => void,
) {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  const metrics = createMetrics(sources);
  onTestFinished(() => metrics.close());
  await metrics.listen(port);
  act(metrics);
  const missing = await fetch(`http://127.0.0.1:${port}/`);
  expect(missing.status).toBe(404);
  return (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
}

const bind = { name: 'transceiver-1', state: 'bound', windowUsed: 3, windowMax: 10, throttled: 2 };
const up = { state: 'up', paused: false, perSecond: 50, goodput: 41 };
const sources = {
  carriers: () => [
    { id: 'default', ...up, binds: [bind, { ...bind, name: 'transceiver-2', state: 'backoff', windowUsed: 0 }] },
    { id: 'second', ...up, state: 'parked', paused: true, perSecond: null, binds: [] },
  ],
  oldestUnfinishedSeconds: () => Promise.resolve(7),
};

test('the metrics tell accepted from sent and delivered, with their times', async () => {
  const text = await scraped(sources, (metrics) => {
    metrics.accepted('live');
    const common = { mode: 'live', acceptedAtMs: 1_000 };
    metrics.event({ ...common, type: 'message.sent', atMs: 1_200, sentAtMs: null });
    metrics.event({ ...common, type: 'message.delivered', atMs: 3_200, sentAtMs: 1_200 });
    metrics.receiptsMissing(2);
  });
  expect(text).toContain('sms_accepted_total{mode="live"} 1');
  expect(text).toContain('sms_events_total{type="message.delivered",mode="live"} 1');
  expect(text).toContain('sms_submit_seconds_sum 0.2');
  expect(text).toContain('sms_delivery_seconds_sum 2');
  expect(text).toContain('sms_receipts_missing_total 2');
  expect(text).toContain('sms_oldest_unfinished_seconds 7');
  expect(text).toContain('sms_carrier_up{carrier="default"} 1');
});

test('the metrics show each carrier and each of its binds', async () => {
  const text = await scraped(sources, () => undefined);
  for (const line of [
    'sms_carrier_up{carrier="second"} 0',
    'sms_carrier_paused{carrier="second"} 1',
    'sms_carrier_rate{carrier="default"} 50',
    'sms_carrier_accepted{carrier="default"} 41',
    'sms_bind_up{carrier="default",bind="transceiver-1"} 1',
    'sms_bind_up{carrier="default",bind="transceiver-2"} 0',
    'sms_bind_window_used{carrier="default",bind="transceiver-1"} 3',
    'sms_bind_window_max{carrier="default",bind="transceiver-1"} 10',
    'sms_bind_throttled{carrier="default",bind="transceiver-1"} 2',
  ])
    expect(text).toContain(line);
  expect(text).not.toContain('sms_carrier_rate{carrier="second"}');
});

test('the metrics say that the oldest text is unknown while the database cannot be asked', async () => {
  const broken = { ...sources, oldestUnfinishedSeconds: () => Promise.reject(new Error('away')) };
  expect(await scraped(broken, () => undefined)).toContain('sms_oldest_unfinished_seconds -1');
});

test('the metrics tell of opt-outs that a connected system has not confirmed, and admit when nobody knows', async () => {
  const propagation = () => Promise.resolve({ count: 2, oldestSeconds: 4_000 });
  const text = await scraped({ ...sources, propagation }, () => undefined);
  expect(text).toContain('sms_opt_out_propagation_waiting 2');
  expect(text).toContain('sms_opt_out_propagation_oldest_seconds 4000');
  const away = () => Promise.reject(new Error('no database'));
  expect(await scraped({ ...sources, propagation: away }, () => undefined)).toContain('propagation_waiting -1');
});
