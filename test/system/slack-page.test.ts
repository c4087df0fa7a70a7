import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { describe, expect, onTestFinished, test } from 'vitest';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
if (!CHROMIUM) console.warn('SKIPPED: the page of the Slack demo in a browser. Install chromium to run it.');

const demo = path.join(import.meta.dirname, '../../server/demo-slack.ts');

/** The page of `npm run demo:slack -- --serve`. */
async function servedPage(): Promise<string> {
  const child = spawn(process.execPath, [demo, '--serve'], { stdio: ['ignore', 'pipe', 'ignore'] });
  onTestFinished(async () => {
    child.kill('SIGTERM');
    if (child.exitCode === null) await new Promise((resolve) => child.on('exit', resolve));
  });
  let said = '';
  for await (const chunk of child.stdout) {
    said += String(chunk);
    const [address] = /http:\/\/\S+/.exec(said) ?? [];
    if (address !== undefined) return address;
  }
  throw new Error('The demo has ended.');
}

describe.runIf(CHROMIUM)('the page of the demo of Slack, in a browser', { timeout: 120_000 }, () => {
  test('shows the Home tab, counts every key of a dialog without losing one, and sends', async () => {
    const address = await servedPage();
    const browser = await chromium.launch({ executablePath: CHROMIUM ?? '', args: ['--no-sandbox'] });
    onTestFinished(() => browser.close());
    const page = await browser.newPage();
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
    await page.goto(address);
    await page.getByLabel('Text to the shop').fill('Where is my order?');
    await page.getByRole('button', { name: 'Text', exact: true }).click();
    await page.getByText('Nobody has claimed it').waitFor();
    await page.getByRole('button', { name: 'Open the Home tab' }).click();
    await page.getByRole('button', { name: /^Waiting/ }).click();
    await page.getByText('waits').waitFor();

    await page.getByRole('button', { name: 'Reply by SMS' }).click();
    const words = page.locator('#dialog textarea');
    await words.pressSequentially('It is on its way 😀 tomorrow', { delay: 5 });
    await page.locator('#dialog').getByText('UCS-2').waitFor();
    expect(await words.inputValue()).toBe('It is on its way 😀 tomorrow');
    await page.locator('#dialog').getByRole('button', { name: 'Send', exact: true }).click();
    await page.locator('#texts').getByText('It is on its way 😀 tomorrow').waitFor();
    await page.getByRole('button', { name: 'SMS conversation' }).click();
    await page.getByText('Nothing is known of their consent').waitFor();
    expect(faults).toEqual([]);
  });
});
