import { afterAll, beforeAll, expect, test } from 'vitest';
import { BY_HAND } from '../../connectors/hubspot/probe/by-hand.ts';
import { CHECKS } from '../../connectors/hubspot/probe/checks.ts';
import { probe } from '../../connectors/hubspot/probe/probe.ts';
import { TOPICS } from '../../connectors/hubspot/probe/topics.ts';
import { type FakeHubSpot, startFakeHubSpot } from '../../connectors/hubspot/testing/fake-hubspot/index.ts';
import { systemClock } from '../../server/clock.ts';
import { hubspotJudge } from '../support/hubspot-judge.ts';

const PORTAL = 2_002;
const publicUrl = 'https://sms.example.com';
const judge = hubspotJudge();
let hubspot: FakeHubSpot;
beforeAll(async () => {
  hubspot = await startFakeHubSpot({ clock: systemClock, searchLagMs: 0, onExchange: judge.onExchange });
  hubspot.addPortal(PORTAL);
});
afterAll(async () => {
  await hubspot.stop();
  judge.finish();
});

const settings = () => ({
  clientId: hubspot.app.clientId,
  clientSecrets: [hubspot.app.clientSecret],
  portals: [],
  callsPer10Seconds: 90,
  appId: null,
  channelId: null,
  channelsVersion: '2026-09' as const,
  apiUrl: hubspot.url,
  appUrl: hubspot.url,
  publicUrl,
});

async function run(code: string | null): Promise<{ differing: number; lines: string[] }> {
  const lines: string[] = [];
  const say = (line: string) => void lines.push(line);
  return { differing: await probe({ settings: settings(), code, clock: systemClock, say }), lines };
}

/** What an administrator does with the address that the probe prints. */
async function agree(): Promise<string> {
  const url = (await run(null)).lines.find((line) => line.includes('/oauth/authorize'))?.trim() ?? '';
  const agreed = await fetch(`${url}&portal=${PORTAL}`, { redirect: 'manual' });
  return new URL(agreed.headers.get('location') ?? '').searchParams.get('code') ?? '';
}

test('the probe says what it would look at, and asks nothing of HubSpot before somebody has agreed', async () => {
  const { differing, lines } = await run(null);
  expect(differing).toBe(0);
  for (const { assumed } of [...CHECKS, ...BY_HAND]) expect(lines.join('\n')).toContain(assumed);
  expect(hubspot.requests.filter(({ path }) => path.startsWith('/crm'))).toEqual([]);
});

test('what the probe looks at holds for the stand-in, and nothing that it made stays', async () => {
  const { differing, lines } = await run(await agree());
  expect(lines.filter((line) => line.includes('DIFFERS'))).toEqual([]);
  expect([differing, lines.filter((line) => line.startsWith('  holds')).length]).toEqual([0, CHECKS.length]);
  for (const type of ['contacts', 'tickets', 'communications'] as const)
    expect(hubspot.portal(PORTAL).list(type)).toEqual([]);
  for (const secret of ['fake-access', 'fake-refresh', hubspot.app.clientSecret])
    expect(lines.join('')).not.toContain(secret);
});

test('what is otherwise than assumed is named, and counted', async () => {
  const code = await agree();
  hubspot.faults.add(/account-info/, { type: 'answer', status: 403, json: { category: 'MISSING_SCOPES' } });
  const { differing, lines } = await run(code);
  expect(differing).toBe(1);
  expect(lines.find((line) => line.startsWith('  DIFFERS'))).toMatch(/time zone.*scope/);
  expect(lines.join('\n')).toContain(CHECKS.find(({ assumed }) => assumed.includes('time zone'))?.otherwise);
});

test('of everything that the connector takes for granted something is looked at, or said how to look', async () => {
  const { lines } = await run(null);
  for (const [topic, title] of Object.entries(TOPICS)) {
    expect(lines.join('\n')).toContain(title);
    expect([...CHECKS, ...BY_HAND].filter((one) => one.topic === topic).length, topic).toBeGreaterThan(0);
  }
});
