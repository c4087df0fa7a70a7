import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page, selectors } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test } from 'vitest';
import { openDesk } from './desk.ts';
import { CHROMIUM } from './tools.ts';
import { webhook, workflow, type WorkflowNode } from './workflow.ts';

if (!CHROMIUM) process.stderr.write('\n*** SKIPPED: the panels of the nodes. Install chromium to see them.\n');
/** Pictures are kept there, for people to look at. Opening each operation takes minutes, so that is done for them alone. */
const { SMSBRIDGE_SCREENSHOTS: folder } = process.env;
if (CHROMIUM && !folder)
  process.stderr.write('\nSet SMSBRIDGE_SCREENSHOTS to a folder to see the panel of every operation.\n');
const OPENED_ALWAYS = new Set(['send', 'wait']);

describe.runIf(CHROMIUM)('the panel of a node in the editor', () => {
  const { n8n, sms, smsTrigger } = openDesk();
  let browser: Browser;
  let context: BrowserContext;
  beforeAll(async () => {
    selectors.setTestIdAttribute('data-test-id');
    browser = await chromium.launch({ executablePath: CHROMIUM ?? '', args: ['--no-sandbox', '--disable-gpu'] });
    context = await openContext(browser);
  });
  afterAll(() => browser.close());

  /** Opens a workflow with this one node in it, with a double click on the node. */
  async function openPanel(name: string, node: WorkflowNode): Promise<Page> {
    const id = await n8n.createWorkflow(workflow(name, [webhook(), node]));
    const page = await openPage(context);
    await page.goto(`${n8n.url}/workflow/${id}`, { waitUntil: 'domcontentloaded' });
    await page.locator(`[data-test-id="canvas-node"][data-node-name="${node.name}"]`).dblclick();
    await page.getByTestId('ndv').waitFor();
    return page;
  }

  const to = '+1 415 555 2671';
  const limitWaitTime = { values: { limitType: 'afterTimeInterval', resumeAmount: 20, resumeUnit: 'hours' } };
  const choices = { values: [{ label: 'Monday at 9:00' }, { label: 'Friday at 14:30' }] };
  const operations: readonly (readonly [string, Readonly<Record<string, unknown>>, string])[] = [
    ['send', { operation: 'send', to, message: 'Hi Ann! Your order #1234 has been shipped.' }, 'Message'],
    [
      'send-options',
      {
        operation: 'send',
        to,
        message: '.',
        options: { sendAt: '', deduplicationKey: '', metadata: {}, priority: 'high' },
      },
      'Deduplication Key',
    ],
    ['send-template', { operation: 'send', to, content: 'template' }, 'Variables'],
    [
      'wait',
      { operation: 'sendAndWait', to, message: 'Are you coming tomorrow at 10:30?', options: { limitWaitTime } },
      'Response Type',
    ],
    ['wait-words', { operation: 'sendAndWait', to, approvalOptions: { values: {} } }, 'Approve Words'],
    ['wait-choice', { operation: 'sendAndWait', to, message: 'When?', responseType: 'choice', choices }, 'Choices'],
    ['check-length', { operation: 'checkLength' }, 'Message'],
    ['get', { operation: 'get' }, 'Message ID'],
    ['get-many', { operation: 'getAll', filters: { direction: 'inbound', sentAfter: '' } }, 'Return All'],
    ['cancel', { operation: 'cancel' }, 'Message ID'],
    ['look-up', { resource: 'number', operation: 'lookUp' }, 'Number'],
    ['opt-out-create', { resource: 'optOut', operation: 'create' }, 'Number'],
    ['opt-out-delete', { resource: 'optOut', operation: 'delete' }, 'Evidence'],
    ['opt-out-get-many', { resource: 'optOut', operation: 'getAll' }, 'Return All'],
    ['template-preview', { resource: 'template', operation: 'preview' }, 'Variables'],
  ];

  const opened = operations.filter(([name]) => folder !== undefined || OPENED_ALWAYS.has(name));
  test.each(opened)('shows what there is to fill in: %s', async (name, parameters, label) => {
    const page = await openPanel(name, await sms('SMS', { resource: 'message', ...parameters }));
    await page.getByTestId('ndv').getByText(label, { exact: true }).first().waitFor();
    await keep(page, name);
  });

  test('shows the events of the trigger', async () => {
    const options = { combineMessages: 8 };
    const events = {
      events: ['messageReceived', 'deliveryStatusChanged'],
      statuses: ['failed', 'undelivered'],
      options,
    };
    const page = await openPanel('trigger', await smsTrigger('SMS Trigger', events));
    await page.getByTestId('ndv').getByText('Trigger On', { exact: true }).waitFor();
    await keep(page, 'trigger');
  });

  test('is found by "SMS" in the list of nodes, with an icon of its own', async () => {
    const id = await n8n.createWorkflow(workflow('List', [webhook()]));
    const page = await openPage(context);
    await page.goto(`${n8n.url}/workflow/${id}`, { waitUntil: 'domcontentloaded' });
    await page.getByTestId('node-creator-plus-button').click();
    await page.getByTestId('node-creator-search-bar').fill('SMS');
    const found = page.getByTestId('item-iterator-item').filter({ hasText: 'SMS Bridge' });
    await found.first().waitFor();
    await keep(page, 'list');
    await found.first().click();
    await page.getByText('Send a message and wait for response').waitFor();
    await keep(page, 'actions');
  });
});

/** A browser that has logged in. The editor is large: all pages share what they have loaded. */
async function openContext(browser: Browser): Promise<BrowserContext> {
  const { url, cookie, browserId } = inject('installation').n8n;
  const context = await browser.newContext({ viewport: { width: 1400, height: 1000 } });
  const [name = '', value = ''] = cookie.split(/=(.*)/s);
  await context.addCookies([{ name, value, url }]);
  // The session is bound to an id that the editor keeps.
  await context.addInitScript((id) => localStorage.setItem('n8n-browserId', id), browserId);
  return context;
}

async function openPage(context: BrowserContext): Promise<Page> {
  const page = await context.newPage();
  onTestFinished(() => page.close());
  page.on('pageerror', (error) => expect.soft(error.message).toBe(''));
  return page;
}

async function keep(page: Page, name: string): Promise<void> {
  if (!folder) return;
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: path.join(folder, `${name}.png`), animations: 'disabled' });
}
