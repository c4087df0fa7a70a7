import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { buildManifest } from '../../connectors/slack/manifest.ts';
import type { Execution } from '../../connectors/slack/testing/fake-slack/functions.ts';
import { SALES, SHOP, type SlackWorld, slackWorld, SUPPORT } from '../support/slack-world.ts';

let world: SlackWorld;
beforeAll(async () => {
  world = await slackWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

let count = 0;
const newContact = () => `+1415555${String(600 + ++count).padStart(4, '0')}`;
const run = (inputs: Readonly<Record<string, unknown>>) => world.slack.people.runStep(inputs);
const ended = (execution: Execution) => world.until(() => execution.state !== 'running' && execution);
const callsOf = (method: string) => world.slack.calls.filter((call) => call.method === method);

describe('the step for Workflow Builder', () => {
  test('sends a text and tells the workflow which, that it is accepted, and how long it is', async () => {
    const contact = newContact();
    const { state, outputs } = await ended(run({ to: contact, text: 'Your table is ready.', from: SHOP }));
    expect(state).toBe('completed');
    expect(outputs).toEqual({ message_id: expect.any(String), status: 'queued', segments: 1 });
    await world.until(async () => (await world.phone(contact)).length === 1);
    expect(await world.phone(contact)).toEqual(['Your table is ready.']);
  });

  test('is one text when Slack tells of it again, or the answer of Slack is lost', async () => {
    const contact = newContact();
    world.slack.failNext('functions.completeSuccess', { reset: 'after' });
    world.slack.events.hold();
    const execution = run({ to: contact, text: 'Once', from: SHOP });
    world.slack.events.release((items) => [...items, ...items]);
    await ended(execution);
    await world.until(async () => {
      const left = await world.storage.query(`select 1 from tasks where kind like 'step%' and done_at is null`);
      return left.length === 0;
    });
    await world.until(async () => (await world.phone(contact)).length > 0);
    const texts = [];
    for await (const text of world.sdk.sms.list({ to: contact })) texts.push(text);
    expect(texts).toHaveLength(1);
  });

  test('goes on as blocked when the recipient has opted out, and nobody is texted', async () => {
    const contact = newContact();
    await world.texts(contact, 'STOP');
    await world.until(async () => (await world.sdk.optOuts.get(contact)).status === 'opted_out');
    const before = await world.phone(contact);
    const { state, outputs } = await ended(run({ to: contact, text: 'Sale!', from: SHOP }));
    expect(state).toBe('completed');
    expect(outputs).toEqual({ message_id: expect.stringMatching(/^[0-9a-f-]{36}$/), status: 'blocked', segments: 1 });
    expect((await world.phone(contact)).filter((body) => !before.includes(body) && body === 'Sale!')).toEqual([]);
  });

  test.each([
    [{ text: 'To nobody' }, 'needs a phone number'],
    [{ to: '+1', text: 'Too short' }, 'number'],
    [{ to: '+14155550199', text: '' }, 'needs a phone number and a text'],
  ])('%j fails with a sentence that says why', async (inputs, why) => {
    const { state, error } = await ended(run(inputs));
    expect(state).toBe('failed');
    expect(error).toContain(why);
  });

  test('sends nothing when it comes an hour late', async () => {
    const contact = newContact();
    world.slack.events.hold();
    const execution = run({ to: contact, text: 'Your table is ready.', from: SHOP });
    await world.clock.advance(3_600_000);
    world.slack.events.release();
    const { state, error } = await ended(execution);
    expect([state, error]).toEqual(['failed', 'It came 60 minutes late. Nothing was sent.']);
    expect(await world.phone(contact)).toEqual([]);
  });

  test('lets answers appear where the workflow wants them, and shows its text in a thread that is open', async () => {
    const contact = newContact();
    await ended(run({ to: contact, text: 'Are you coming?', from: SHOP, channel: SALES }));
    await world.until(async () => (await world.phone(contact)).length === 1);
    await world.texts(contact, 'Yes');
    const root = await world.root(contact, SALES);
    await ended(run({ to: contact, text: 'Great!', from: SHOP, channel: '' }));
    await world.until(() => world.below(root.ts, SALES).some(({ text }) => text === '📤 Sent by a workflow: Great!'));
  });

  test('never writes the token of a run down, uses it, and does without it after the end of the process', async () => {
    const contact = newContact();
    const first = await ended(run({ to: contact, text: 'One', from: SHOP }));
    expect(first.endedWith).toBe(first.token);
    const rows = await world.storage.query('select 1 from tasks where payload::text like $1', [`%${first.token}%`]);
    expect(rows).toEqual([]);

    world.slack.failNext('functions.completeSuccess', { status: 503 });
    const second = run({ to: contact, text: 'Two', from: SHOP });
    await world.until(() => callsOf('functions.completeSuccess').some(({ outcome }) => outcome === '503'), 1);
    await world.restart();
    expect(await ended(second)).toMatchObject({ state: 'completed', endedWith: world.slack.botToken });
  });

  test('another step, or one that was canceled meanwhile, changes nothing', async () => {
    const contact = newContact();
    const other = world.slack.people.runStep({ to: contact, text: 'Not ours', from: SHOP }, 'another_step');
    world.slack.events.hold();
    const canceled = run({ to: contact, text: 'Ours', from: SHOP });
    canceled.state = 'canceled';
    world.slack.events.release();
    await world.until(async () => (await world.phone(contact)).length === 1);
    expect(await world.phone(contact)).toEqual(['Ours']);
    expect([other.state, canceled.state]).toEqual(['running', 'canceled']);
    expect(world.slack.workspace.channels.get(SUPPORT)?.messages.size).toBe(0);
  });

  test('is in the manifest when it is asked for, as Slack wants it, and not otherwise', () => {
    const options = { publicUrl: 'https://sms.example.com', command: '/sms' };
    const manifest = buildManifest({ ...options, hasWorkflowStep: true });
    expect(Object.keys(manifest.functions ?? {})).toEqual(['send_sms']);
    expect(manifest.settings.event_subscriptions.bot_events).toContain('function_executed');
    expect(JSON.stringify(buildManifest(options))).not.toMatch(/function/);
    const file = path.join(process.env['SMSBRIDGE_TEST_KIT'] ?? '', 'data/slack/manifest.schema.2.0.0.json');
    if (process.env['SMSBRIDGE_TEST_KIT'] === undefined || !existsSync(file)) return;
    const schema = z.fromJSONSchema(JSON.parse(readFileSync(file, 'utf8')) as Parameters<typeof z.fromJSONSchema>[0]);
    expect(schema.safeParse(manifest).error?.issues ?? []).toEqual([]);
  });
});
