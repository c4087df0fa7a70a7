import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { storeLinks } from '../../server/store/opt-out-links.ts';
import { startApi, type TestApi } from '../support/http-api.ts';
import { ownServer } from '../support/own-server.ts';
import { world } from '../support/world.ts';

const NUMBER = '+14155550123';
const SENDER = '<b>Acme</b>';

let api: TestApi;

beforeAll(async () => {
  api = await startApi({ organisation: 'Smith & <Sons>' });
});
afterAll(() => api[Symbol.asyncDispose]());

let path: string;
beforeEach(async () => {
  for (const table of ['opt_outs', 'consent_events', 'consent_chains', 'events', 'messages', 'opt_out_links']) {
    await api.database.query({ text: `delete from ${table}`, values: [] });
  }
  path = await linked();
});

/** A page that a text has led to, and its path. */
async function linked(number = NUMBER): Promise<string> {
  const token = createHash('sha256').update(number).digest('base64url').slice(0, 12);
  const link = { token, mode: 'live', number, sender: SENDER, created_at: new Date() } as const;
  await storeLinks(api.database, [link]);
  return `/o/${token}`;
}

const open = (at = path, method = 'GET') => api.call(at, { method, key: null });
const consent = async () => (await api.call(`/v1/consents/${NUMBER}`, { key: api.keys.live })).json['status'];
const ledger = () => api.database.kysely.selectFrom('consent_events').selectAll().execute();

describe('the page on which a recipient opts out', () => {
  test('asks, with whose texts and for which number, and shows no more of the number than needed', async () => {
    const page = await open();
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.text).toContain('+1415•••0123');
    expect(page.text).not.toContain(NUMBER);
    expect(page.text).toContain('Smith &#38; &#60;Sons&#62;');
    expect(page.text).toContain('<button type="submit">');
  });

  test('changes nothing when it is only looked at, as programs that preview links do', async () => {
    await open();
    await api.call(path, { method: 'HEAD', key: null });
    expect(await consent()).toBe('unknown');
    expect(await ledger()).toEqual([]);
  });

  test('R149: opts out by its button, with what proves it and without a text about it', async () => {
    const headers = { 'user-agent': 'Phone/1.0', 'content-type': 'application/x-www-form-urlencoded' };
    const done = await api.call(path, { method: 'POST', key: null, headers });
    expect(done).toMatchObject({ status: 200 });
    expect(done.text).toContain('You are unsubscribed');
    expect(done.text).not.toContain('<button');
    expect(await consent()).toBe('opted_out');
    expect(await ledger()).toMatchObject([
      {
        mode: 'live',
        number: NUMBER,
        action: 'opt_out',
        topic: '*',
        source: 'web_form',
        channel: 'web',
        method: 'electronic',
        actor: null,
        jurisdiction: 'US',
        evidence: { url: `https://sms.example.com${path}`, user_agent: 'Phone/1.0', sender: SENDER },
      },
    ]);
    const events = await api.database.kysely.selectFrom('events').select('type').execute();
    expect(events).toEqual([{ type: 'contact.opted_out' }]);
    expect(await api.database.kysely.selectFrom('messages').selectAll().execute()).toEqual([]);
  });

  test('cancels what is on its way to the recipient', async () => {
    const waiting = await api.store({ mode: 'live', to: NUMBER, contact: NUMBER, due_at: new Date() });
    await open(path, 'POST');
    const row = await api.database.kysely
      .selectFrom('messages')
      .select(['status', 'error'])
      .where('id', '=', waiting.id)
      .executeTakeFirst();
    expect(row).toMatchObject({ status: 'canceled', error: { code: 'OPTED_OUT' } });
  });

  test('says so to somebody who has opted out, and records it once', async () => {
    await open(path, 'POST');
    expect((await open()).text).toContain('unsubscribed already');
    expect((await open(path, 'POST')).status).toBe(200);
    expect(await ledger()).toHaveLength(1);
  });

  test('is open again to somebody who has come back', async () => {
    await open(path, 'POST');
    const back = { number: NUMBER, action: 'opt_in', source: 'web_form', evidence: { text: 'signed up again' } };
    const { status } = await api.call('/v1/consents', { method: 'POST', json: back, key: api.keys.live });
    expect(status).toBe(201);
    expect((await open()).text).toContain('<button');
    await open(path, 'POST');
    expect(await consent()).toBe('opted_out');
  });

  test.each(['/o/AAAAAAAAAAAA', '/o/x', `/o/${'a'.repeat(300)}`, '/o/%00%00%00%00%00%00%00%00%00%00%00%00'])(
    'answers 404 in a friendly way at %s, whatever the method',
    async (unknown) => {
      for (const method of ['GET', 'POST']) {
        const page = await open(unknown, method);
        expect(page).toMatchObject({ status: 404 });
        expect(page.text).toContain('This link does not work');
      }
      expect(await ledger()).toEqual([]);
    },
  );

  test('lets no script run, loads nothing, and tells nobody its address', async () => {
    const page = await open();
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('unsafe');
    expect(page.text).not.toMatch(/<script|\son\w+=|\sstyle=|src=/);
    const sheet = /<style>([\s\S]*)<\/style>/.exec(page.text)?.[1] ?? '';
    expect(policy).toContain(`'sha256-${createHash('sha256').update(sheet).digest('base64')}'`);
    expect(page.headers.get('referrer-policy')).toBe('no-referrer');
    expect(page.headers.get('cache-control')).toBe('no-store');
  });
});

describe('the link in a text', () => {
  // Names may be sent from there.
  const [BRITISH, OTHER] = ['+447700900123', '+447700900124'];
  const promotional = { from: 'Acme', body: 'Acme: 20% off today', message_type: 'promotional' } as const;
  const linkIn = (body: string) => /https:\/\/sms\.example\.com\/o\/([\w-]{12})$/.exec(body)?.[1] ?? '';

  test('leads to the page of its recipient and sender, the same in every text', async () => {
    const it = await world();
    const { optOutPages } = it.contacts;
    const bodies = [];
    for (const to of [BRITISH, BRITISH, OTHER])
      bodies.push((await it.message(await it.send({ ...promotional, to }))).body);
    const tokens = bodies.map(linkIn);
    expect(tokens[0]).toBe(tokens[1]);
    expect(tokens[0]).not.toBe(tokens[2]);
    expect(await optOutPages.find(tokens[0] ?? '')).toEqual({
      mode: 'live',
      number: BRITISH,
      sender: 'Acme',
      isOptedOut: false,
    });
    await optOutPages.optOut(tokens[0] ?? '', { user_agent: null });
    const refused = await it.accept({ ...promotional, to: BRITISH });
    expect(refused.verdict).toMatchObject({ ok: false, refusal: { code: 'OPTED_OUT' } });
    expect((await it.accept({ ...promotional, to: OTHER })).verdict.ok).toBe(true);
  });

  test('works too where it was copied from a preview into the text', async () => {
    const it = await world();
    const { url, token } = it.contacts.optOutPages.linkFor({ mode: 'live', from: 'Acme', contact: BRITISH });
    const body = `Acme: 20% off. No more of this: ${url}`;
    const id = await it.send({ ...promotional, to: BRITISH, body });
    expect((await it.message(id)).body).toBe(body);
    expect(await it.contacts.optOutPages.find(token)).toMatchObject({ number: BRITISH });
  });

  test('cannot be guessed from the number: another key makes another link', async () => {
    const [one, other] = [await world(), await world({ mode: 'test' })];
    const message = { mode: 'live', from: 'Acme', contact: BRITISH } as const;
    const ofLive = one.contacts.optOutPages.linkFor(message);
    expect(ofLive.token).toMatch(/^[\w-]{12}$/);
    expect(other.contacts.optOutPages.linkFor({ ...message, mode: 'test' }).token).not.toBe(ofLive.token);
  });
});

test('the whole server links to the page of the preview, and listens to its button', async () => {
  const server = await ownServer({
    SIMULATOR_PORT: 'free',
    ORGANISATION_NAME: 'Acme',
    PUBLIC_URL: 'https://sms.example.com/',
    QUIET_HOURS: 'ignore',
  });
  const headers = { Authorization: `Bearer ${server.keys.test}`, 'Content-Type': 'application/json' };
  const post = async (path: string, more: object = {}) => {
    const body = JSON.stringify({
      to: NUMBER,
      from: 'Acme',
      body: 'Acme: 20% off',
      message_type: 'promotional',
      ...more,
    });
    const response = await fetch(server.url + path, { method: 'POST', headers, body });
    return { status: response.status, json: (await response.json()) as Record<string, unknown> };
  };
  const preview = await post('/v1/messages/preview');
  expect(preview.status).toBe(200);
  const path = /https:\/\/sms\.example\.com(\/o\/.{12})$/.exec(String(preview.json['final_body']))?.[1] ?? '';
  expect((await fetch(server.url + path)).status).toBe(404);
  expect((await post('/v1/messages/send')).status).toBe(202);
  expect(await (await fetch(server.url + path, { method: 'POST' })).text()).toContain('text messages from Acme');
  expect(await post('/v1/messages/send')).toMatchObject({ status: 403, json: { code: 'OPTED_OUT' } });
  expect(await post('/v1/messages/send', { dry_run: true })).toMatchObject({
    status: 200,
    json: { verdict: { allowed: false, code: 'OPTED_OUT' } },
  });
});

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
if (!CHROMIUM) console.warn('SKIPPED: the opt-out page in a browser. Install chromium to run it.');

describe.runIf(CHROMIUM)('the opt-out page in a browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM ?? '', args: ['--no-sandbox'] });
  });
  afterAll(() => browser.close());

  test.each([
    [320, 'light'],
    [390, 'dark'],
    [1280, 'light'],
  ] as const)('opts out with one press of a key, %i px wide and %s', async (width, colorScheme) => {
    const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme });
    onTestFinished(() => page.close());
    const faults: string[] = [];
    page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
    await page.goto(api.url + path);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    const button = page.getByRole('button', { name: 'Stop all texts' });
    const box = await button.boundingBox();
    expect(box?.height).toBeGreaterThanOrEqual(44);
    // The sheet was let in: a button without it has a border.
    expect(await page.evaluate("getComputedStyle(document.querySelector('button')).borderTopWidth")).toBe('0px');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'You are unsubscribed' }).waitFor();
    expect(await consent()).toBe('opted_out');
    expect(faults).toEqual([]);
  });
});
