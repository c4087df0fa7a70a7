import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import {
  changeConversation,
  type Conversation,
  type ConversationChange,
  isSupportExpected,
  supportExpectedUntil,
} from '../../server/rules/conversation.ts';

const at = (minutes: number) => new Date(Date.UTC(2026, 10, 20, 10) + minutes * 60_000);
const inbound: ConversationChange = { type: 'inbound', needsPerson: true };
const written: ConversationChange = { type: 'outbound', isConversational: true };
const sent: ConversationChange = { type: 'outbound', isConversational: false };
const close: ConversationChange = { type: 'close' };
const snooze = (minutes: number): ConversationChange => ({ type: 'snooze', until: at(minutes) });
const assign = (assignee: string | null): ConversationChange => ({ type: 'assign', assignee });

/** Carries out changes, one a minute from minute 0, and collects what happened. */
function play(...changes: readonly ConversationChange[]) {
  let conversation: Conversation | null = null;
  const events: string[] = [];
  for (const [minute, change] of changes.entries()) {
    const step = changeConversation(conversation, change, at(minute));
    conversation = step?.conversation ?? conversation;
    events.push(...(step?.events ?? []));
  }
  return { conversation, status: conversation?.status ?? null, events };
}

describe('a conversation', () => {
  test('begins with the first text of a contact', () => {
    expect(changeConversation(null, inbound, at(0))).toEqual({
      conversation: {
        status: 'open',
        assignee: null,
        snoozed_until: null,
        last_inbound_at: at(0),
        last_outbound_at: null,
        last_message_at: at(0),
        closed_at: null,
      },
      events: ['conversation.created'],
      isChanged: true,
    });
  });

  test('begins closed with a text that the server answers by itself', () => {
    expect(play({ type: 'inbound', needsPerson: false })).toMatchObject({
      status: 'closed',
      events: ['conversation.created'],
    });
  });

  test('begins with a text that a person writes, and not with one that a system sends', () => {
    expect(play(written)).toMatchObject({ status: 'open', events: ['conversation.created'] });
    expect(changeConversation(null, sent, at(0))).toBeNull();
  });

  test.each<ConversationChange>([assign('ana'), close, snooze(5), { type: 'wake' }, { type: 'open' }])(
    'cannot be changed before it began: %j',
    (change) => {
      expect(changeConversation(null, change, at(0))).toBeNull();
    },
  );

  test('is opened again by a text of the contact, from snoozed and from closed, without a second beginning', () => {
    expect(play(inbound, close, inbound)).toMatchObject({
      status: 'open',
      conversation: { closed_at: null, last_inbound_at: at(2) },
      events: ['conversation.created', 'conversation.closed'],
    });
    expect(play(inbound, snooze(60), inbound)).toMatchObject({ status: 'open', conversation: { snoozed_until: null } });
  });

  test('stays closed when the server answers by itself, and when a system sends', () => {
    expect(play(inbound, close, { type: 'inbound', needsPerson: false })).toMatchObject({
      status: 'closed',
      conversation: { last_inbound_at: at(2), last_message_at: at(2) },
    });
    expect(play(inbound, close, sent)).toMatchObject({ status: 'closed', conversation: { last_outbound_at: at(2) } });
    expect(play(inbound, close, written).status).toBe('open');
  });

  test('stays snoozed when the person who snoozed it writes once more', () => {
    expect(play(inbound, snooze(60), written)).toMatchObject({
      status: 'snoozed',
      conversation: { snoozed_until: at(60) },
    });
  });

  test('wakes when its time is over and not before', () => {
    const { conversation } = play(inbound, snooze(60));
    const wake: ConversationChange = { type: 'wake' };
    expect(changeConversation(conversation, wake, at(59))).toMatchObject({
      isChanged: false,
      conversation: { status: 'snoozed' },
    });
    expect(changeConversation(conversation, wake, at(60))).toMatchObject({
      isChanged: true,
      conversation: { status: 'open', snoozed_until: null },
      events: [],
    });
    expect(play(inbound, close, wake).status).toBe('closed');
  });

  test('snoozed until a moment that is over is open', () => {
    expect(play(inbound, close, snooze(1)).status).toBe('open');
    expect(play(inbound, close, snooze(9))).toMatchObject({ status: 'snoozed', conversation: { closed_at: null } });
  });

  test('says who has it when that changes, and only then', () => {
    expect(play(inbound, assign('ana'), assign('ana'), assign('bo'), assign(null)).events).toEqual([
      'conversation.created',
      'conversation.assigned',
      'conversation.assigned',
      'conversation.assigned',
    ]);
  });

  test('keeps who has it when it is closed and opened again', () => {
    expect(play(inbound, assign('ana'), close, inbound).conversation?.assignee).toBe('ana');
  });

  test('is closed once', () => {
    const { events, conversation } = play(inbound, close, close);
    expect(events).toEqual(['conversation.created', 'conversation.closed']);
    expect(conversation?.closed_at).toEqual(at(1));
  });

  test('does not go back in time when texts are handled in another order than they came', () => {
    const { conversation } = play(inbound, inbound);
    expect(changeConversation(conversation, inbound, at(0))?.isChanged).toBe(false);
  });

  const change = fc.constantFrom<ConversationChange>(
    inbound,
    { type: 'inbound', needsPerson: false },
    written,
    sent,
    close,
    { type: 'open' },
    { type: 'wake' },
    snooze(2),
    snooze(5),
    snooze(50),
    assign('ana'),
    assign(null),
  );

  property.prop([fc.array(change, { maxLength: 30 })])('is always in a state that fits together', (changes) => {
    const { conversation, events } = play(...changes);
    expect(events.filter((event) => event === 'conversation.created').length).toBe(conversation ? 1 : 0);
    if (!conversation) return;
    expect(events[0]).toBe('conversation.created');
    expect(conversation.snoozed_until !== null).toBe(conversation.status === 'snoozed');
    if (conversation.closed_at !== null) expect(conversation.status).toBe('closed');
    const times = [conversation.last_inbound_at, conversation.last_outbound_at].filter((time) => time !== null);
    expect(conversation.last_message_at).toEqual(times.toSorted((a, b) => b.getTime() - a.getTime())[0]);
  });

  property.prop([fc.array(change, { minLength: 1, maxLength: 10 }), change])(
    'says whether there is anything to write',
    (changes, last) => {
      const { conversation } = play(...changes);
      const step = changeConversation(conversation, last, at(20));
      if (conversation && step) {
        expect(step.isChanged).toBe(JSON.stringify(step.conversation) !== JSON.stringify(conversation));
        if (step.events.length > 0) expect(step.isChanged).toBe(true);
      }
    },
  );
});

describe('support', () => {
  const hour = 60;

  test('is expected while a conversation is open and the contact wrote within three days', () => {
    const { conversation } = play(inbound, written);
    expect(isSupportExpected(conversation, at(71 * hour))).toBe(true);
    expect(isSupportExpected(conversation, at(72 * hour))).toBe(false);
    expect(isSupportExpected(conversation, at(2 * hour), 1)).toBe(false);
    expect(supportExpectedUntil(conversation)).toEqual(at(72 * hour));
  });

  test('is expected until a snoozed conversation wakes, if that is later', () => {
    const { conversation } = play(inbound, snooze(100 * hour));
    expect(supportExpectedUntil(conversation)).toEqual(at(100 * hour));
    expect(supportExpectedUntil(play(inbound, snooze(hour)).conversation)).toEqual(at(72 * hour));
  });

  test('is not expected without a conversation, in a closed one, and where the contact never wrote', () => {
    for (const conversation of [null, play(inbound, close).conversation, play(written).conversation]) {
      expect(isSupportExpected(conversation, at(3))).toBe(false);
      expect(supportExpectedUntil(conversation)).toBeNull();
    }
  });
});
