import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { ownServer } from '../support/own-server.ts';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
if (!CHROMIUM) console.warn('SKIPPED: the documentation in a browser. Install chromium to run it.');

describe.runIf(CHROMIUM)('R034: the documentation in a browser', { timeout: 180_000 }, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM ?? '', args: ['--no-sandbox'] });
  });
  afterAll(() => browser.close());

  async function openPage(width: number, address: string) {
    const server = await ownServer({ SIMULATOR_PORT: 'free' });
    const page = await browser.newPage({ viewport: { width, height: 900 } });
    page.setDefaultTimeout(120_000);
    onTestFinished(() => page.close());
    const faults: string[] = [];
    const elsewhere: string[] = [];
    page.on('pageerror', (error) => faults.push(error.message));
    // What the policy forbids is told as an error, too.
    page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
    page.on('request', (request) => {
      if (!request.url().startsWith(server.url) && !request.url().startsWith('data:')) elsewhere.push(request.url());
    });
    await page.goto(server.url + address);
    return { page, server, faults, elsewhere };
  }

  const widthOf = (page: Page) => page.evaluate('document.documentElement.scrollWidth');

  test.each([390, 1280])(
    'the reference is drawn, tries a request out and asks nobody else, at %i pixels',
    async (width) => {
      const { page, server, faults, elsewhere } = await openPage(width, '/docs');
      await page.getByRole('button', { name: 'Authorize' }).click();
      await page.getByLabel('auth-bearer-value').fill(server.keys.test);
      await page.getByRole('button', { name: 'Apply credentials' }).first().click();
      await page.getByRole('button', { name: 'Close' }).last().click();
      await page.locator('[data-tag="Messages"]').click();
      await page.locator('#operations-Messages-sendMessage .opblock-summary-control').click();
      await page.getByRole('button', { name: 'Try it out' }).click();
      await page.getByRole('button', { name: 'Execute' }).click();
      await page.locator('.live-responses-table .response-col_status', { hasText: '202' }).waitFor();
      expect(await widthOf(page)).toBeLessThanOrEqual(width);
      expect({ faults, elsewhere }).toEqual({ faults: [], elsewhere: [] });
    },
  );

  test.each([390, 1280])('a guide fits %i pixels, and runs nothing', async (width) => {
    const { page, faults, elsewhere } = await openPage(width, '/docs/guides/data-map');
    await page.getByRole('heading', { level: 1, name: 'Data map' }).waitFor();
    expect(await widthOf(page)).toBeLessThanOrEqual(width);
    await page.getByRole('link', { name: 'Quickstart' }).click();
    await page.getByRole('heading', { level: 1, name: 'Quickstart' }).waitFor();
    expect(await page.locator('script').count()).toBe(0);
    expect({ faults, elsewhere }).toEqual({ faults: [], elsewhere: [] });
  });
});
