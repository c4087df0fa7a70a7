import { fc } from '@fast-check/vitest';
import type { Statement } from '../../server/contacts/consents.ts';
import type { Accepted, SendRequest } from '../../server/messages/accept-types.ts';
import type { ConsentLog, Span } from './consent-log.ts';
import { STRONG, WEAK } from './consent-model.ts';
import type { VirtualClock } from './virtual-clock.ts';
import type { World } from './world.ts';

/** One thing that somebody does to one of the two numbers (`who`) of a history, at one of two servers. */
export type Command = { readonly who: 0 | 1; readonly server: 0 | 1 } & (
  | { readonly kind: 'send'; readonly texts: readonly Text[] }
  | { readonly kind: 'say'; readonly body: string }
  | { readonly kind: 'opt out' | 'import'; readonly topic: string; readonly hoursAgo: number }
  | { readonly kind: 'opt in'; readonly topic: string; readonly override: boolean; readonly hoursAgo: number }
  | { readonly kind: 'suppress' | 'unsuppress'; readonly list: List }
  | { readonly kind: 'resolve'; readonly decision: 'opt_out' | 'not_opt_out' }
  | { readonly kind: 'close' | 'sweep' }
);

type List = 'manual' | 'invalid' | 'dnc_import';

interface Text {
  readonly who: 0 | 1;
  readonly type: SendRequest['message_type'];
  readonly topic: string | null;
  readonly inMinutes: number | null;
  readonly quietHours: SendRequest['quiet_hours'];
}

const who = fc.constantFrom<0 | 1>(0, 0, 0, 1);
const topic = fc.constantFrom('*', '*', 'sale', 'news');
/** What is recorded later than it was said. */
const hoursAgo = fc.constantFrom(0, 0, 1, 7);

const text: fc.Arbitrary<Text> = fc.record({
  who,
  type: fc.constantFrom('transactional', 'promotional', 'otp', 'conversational'),
  topic: fc.constantFrom(null, 'sale', 'news'),
  inMinutes: fc.constantFrom(null, null, null, 1, 30, 600),
  quietHours: fc.constantFrom(null, 'hold', 'ignore', 'reject'),
});

/** What opts out, by every tier that does. */
export const STOPS = ['STOP', 'stop please', 'S.T.O.P.', 'Unsubscribe', 'end', 'Cancel', 'take me off this list', '🛑'];
export const STARTS = ['START', 'UNSTOP', 'Subscribe'];
const OTHERS = [
  'who is this?',
  'not interested',
  'wrong number',
  'HELP',
  'YES',
  'Is my order there yet?',
  'I’ll stop by at 5',
];

const kind = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('send'), texts: fc.array(text, { minLength: 1, maxLength: 3 }) }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('say'), body: fc.constantFrom(...STOPS) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('say'), body: fc.constantFrom(...STARTS) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('say'), body: fc.constantFrom(...OTHERS) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('opt out', 'import'), topic, hoursAgo }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('opt in'), topic, override: fc.boolean(), hoursAgo }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constantFrom('suppress', 'unsuppress'),
      list: fc.constantFrom('manual', 'invalid', 'dnc_import'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('resolve'), decision: fc.constantFrom('opt_out', 'not_opt_out') }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('close', 'sweep') }) },
);

export const command: fc.Arbitrary<Command> = fc
  .tuple(fc.record({ who, server: fc.constantFrom(0, 1) }), kind)
  .map(([common, what]) => ({ ...common, ...what }) as Command);

/** What was asked for outside of the ledger, and when. */
export interface Asked {
  readonly sends: (Span & {
    readonly number: string;
    readonly topic: string | null;
    readonly verdict: Accepted['verdict'];
  })[];
  readonly suppressions: (Span & {
    readonly kind: 'suppress' | 'unsuppress';
    readonly number: string;
    readonly list: List;
  })[];
  readonly stops: Map<string, number>;
}

export const nothingAsked = (): Asked => ({ sends: [], suppressions: [], stops: new Map() });

export interface Stage {
  readonly servers: readonly World[];
  readonly clock: VirtualClock;
  readonly log: ConsentLog;
  readonly asked: Asked;
}

/** Does what a command says; `numbers` are those of its history. */
export async function perform(stage: Stage, numbers: readonly string[], one: Command): Promise<void> {
  const { clock, log, asked } = stage;
  const world = stage.servers[one.server];
  const number = numbers[one.who];
  if (!world || number === undefined) throw new Error('There is no such server or number.');
  const { consents, suppressions, reviews, conversations } = world.contacts;
  const spanned = async <Result>(run: () => Promise<Result>): Promise<Span & { readonly result: Result }> => {
    const begun = log.tick();
    const result = await run();
    return { begun, ended: log.tick(), result };
  };
  const said = (what: { readonly topic: string; readonly hoursAgo: number }, of = number): Statement =>
    statement(of, what.topic, new Date(clock.now() - what.hoursAgo * 3_600_000));
  switch (one.kind) {
    case 'send':
      await Promise.all(
        one.texts.map(async (text) => {
          const request = requestOf(text, numbers[text.who] ?? number, clock.now());
          const { begun, ended, result } = await spanned(() => world.accept(request));
          asked.sends.push({ begun, ended, number: request.to, topic: text.topic, verdict: result.verdict });
        }),
      );
      return;
    case 'say':
      if (STOPS.includes(one.body)) asked.stops.set(number, (asked.stops.get(number) ?? 0) + 1);
      return world.inbound(one.body, number);
    case 'opt out':
      await consents.optOut(said(one));
      return;
    case 'import':
      await consents.importOptOuts(numbers.map((of) => said(one, of)));
      return;
    case 'opt in':
      await consents.optIn({ ...said(one), source: one.override ? STRONG : WEAK }, one.override);
      return;
    case 'suppress': {
      const why = { list: one.list, reason: null, source: 'api', expiresAt: null };
      asked.suppressions.push({ ...(await spanned(() => suppressions.add('live', [number], why))), ...one, number });
      return;
    }
    case 'unsuppress':
      asked.suppressions.push({
        ...(await spanned(() => suppressions.remove('live', number, one.list))),
        ...one,
        number,
      });
      return;
    case 'resolve': {
      const [review] = await reviews.list('live', { state: 'open', number, belowId: null }, 1);
      if (!review) return;
      const agent = { type: 'agent', id: 'ann' } as const;
      await reviews.resolve('live', review.id, one.decision, agent);
      return;
    }
    case 'close': {
      const filter = { status: null, assignee: null, tag: null, ourNumber: null, search: null, behind: null };
      const [known] = await conversations.list('live', { ...filter, contact: number }, 1);
      if (known) await conversations.change('live', known.id, { status: { type: 'close' } });
      return;
    }
    case 'sweep':
      return world.sweep();
  }
}

function requestOf({ type, topic, inMinutes, quietHours }: Text, to: string, now: number) {
  return {
    to,
    body: 'Your order is on its way.',
    message_type: type,
    topic,
    schedule_for: inMinutes === null ? null : new Date(now + inMinutes * 60_000),
    quiet_hours: quietHours,
  };
}

const statement = (number: string, topic: string, at: Date): Statement => ({
  mode: 'live',
  number,
  topic,
  source: 'api',
  method: 'electronic',
  actor: { type: 'api_key', id: 'key00001' },
  jurisdiction: null,
  language: null,
  messageId: null,
  evidence: {},
  at,
  expiresAt: null,
});
