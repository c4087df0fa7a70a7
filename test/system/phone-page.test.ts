import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { ownServer } from '../support/own-server.ts';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
if (!CHROMIUM) console.warn('SKIPPED: the phone page in a browser. Install chromium to run it.');

const PHONE = '+14155550123';
const text = { to: PHONE, from: 'CartBoss', body: 'Is Tuesday fine? <b>Reply</b> YES or NO.' };

describe.runIf(CHROMIUM)('the phone page in a browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM ?? '', args: ['--no-sandbox'] });
  });
  afterAll(() => browser.close());

  async function openPage(width: number): Promise<{ page: Page; api: Api; faults: string[] }> {
    const server = await ownServer({ SIMULATOR_PORT: 'free' });
    const page = await browser.newPage({ viewport: { width, height: 800 } });
    onTestFinished(() => page.close());
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
    await page.goto(`${server.url}/phone#key=${server.keys.test}`);
    return { page, api: apiOf(server), faults };
  }

  test('shows a text that arrives, as text, and takes the answer back to the server', async () => {
    const { page, api, faults } = await openPage(1280);
    await page.getByText('curl').first().waitFor();
    await api('POST', '/v1/messages/send', text);
    await page.getByText(text.body).waitFor();
    await page.getByRole('textbox').last().fill('YES, please');
    await page.keyboard.press('Enter');
    await page.locator('.own', { hasText: 'YES, please' }).waitFor();
    const { data } = await api('GET', '/v1/messages?direction=inbound');
    expect(data).toMatchObject([{ from: PHONE, to: 'CartBoss', body: 'YES, please' }]);
    expect(faults).toEqual([]);
  });

  test('says STOP with one click, and shows the confirmation', async () => {
    const { page, api } = await openPage(1280);
    await api('POST', '/v1/messages/send', text);
    await page.getByRole('button', { name: 'STOP' }).click();
    await page.getByText(/You are unsubscribed/).waitFor();
    expect(await api('POST', '/v1/messages/send', text)).toMatchObject({ status: 403, code: 'OPTED_OUT' });
  });

  test('keeps the key out of the address bar', async () => {
    const { page } = await openPage(1280);
    await page.getByText('curl').first().waitFor();
    expect(page.url()).not.toContain('sk_test_');
  });

  test('fits a narrow screen without scrolling sideways', async () => {
    const { page, api } = await openPage(390);
    await api('POST', '/v1/messages/send', { ...text, body: 'x'.repeat(300) });
    await page.getByRole('button', { name: PHONE }).click();
    await page.getByText('xxx').waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
  });
});

type Api = (method: string, path: string, body?: unknown) => Promise<Record<string, unknown>>;

function apiOf({ url, keys }: Awaited<ReturnType<typeof ownServer>>): Api {
  return async (method, path, body) => {
    const headers = { Authorization: `Bearer ${keys.test}`, 'Content-Type': 'application/json' };
    const response = await fetch(`${url}${path}`, {
      method,
      headers,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return (await response.json()) as Record<string, unknown>;
  };
}
