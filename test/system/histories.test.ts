import { fc } from '@fast-check/vitest';
import { expect, test } from 'vitest';
import type { Outcome, Part, Receipt } from '../../server/messages/carrier.ts';
import { until } from '../support/until.ts';
import { virtualClock, type VirtualClock } from '../support/virtual-clock.ts';
import { type World, world } from '../support/world.ts';

/** `npm run test:model` sets more. */
const RUNS = Number(process.env['HISTORY_RUNS'] ?? 12);
const TEXTS_MAX = 8;

/**
 * Random histories of texts with a carrier that keeps its own books: which submit_sm it took, whatever it answered.
 * Receipts and late answers come from those books, in any order, twice, or never; ids in receipts are written in
 * another form than in responses. Then what the server says is compared with what the carrier did.
 */
test(
  `${RUNS} random histories: no final status changes but expired to delivered, every possible duplicate is flagged, and nothing is called sent that the carrier does not have`,
  async () => {
    const clock = virtualClock();
    const retries = { intervals_seconds: [1] };
    const w = await world({ clock, retryPolicy: { ambiguous: { intervals_seconds: [10] }, retry: retries } });
    w.startWorking();
    let run = 0;
    await fc.assert(
      fc.asyncProperty(history, async ({ texts, outcomes, steps }) => {
        run += 1;
        const books = openBooks(w, outcomes, run);
        const tokens = texts.map((_, index) => `${run}-${index}`);
        const ids = await Promise.all(texts.map((one, index) => w.send(requestOf(one, run, tokens[index] ?? ''))));
        await quiet(w);
        for (const step of steps) await perform(w, clock, books, step);
        books.acceptAll();
        for (let wait = 0; wait < 4; wait++) await perform(w, clock, books, { kind: 'wait', ms: 31_000 });
        for (const [index, id] of ids.entries()) await check(w, id, books, tokens[index]);
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
  },
  60_000 + RUNS * 1_000,
);

type Step =
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'receipt'; readonly which: number; readonly state: Receipt['state']; readonly keep: boolean }
  | { readonly kind: 'late'; readonly which: number };

type Answer = 'accepted' | 'early' | 'taken' | 'lost' | 'refused' | 'busy' | 'throttled' | 'unsent';

interface Text {
  readonly recipient: number;
  readonly isLong: boolean;
  readonly type: 'transactional' | 'promotional' | 'otp';
  readonly onAmbiguous: 'default' | 'resend' | 'hold';
}

const text: fc.Arbitrary<Text> = fc.record({
  recipient: fc.nat(3),
  isLong: fc.boolean(),
  type: fc.constantFrom('transactional', 'promotional', 'otp'),
  onAmbiguous: fc.constantFrom('default', 'resend', 'hold'),
});
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('wait'), ms: fc.constantFrom(600, 2_000, 11_000, 40_000) }),
  fc.record({
    kind: fc.constant('receipt'),
    which: fc.nat(50),
    state: fc.constantFrom('delivered', 'delivered', 'undelivered', 'expired', 'enroute', 'rejected'),
    keep: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('late'), which: fc.nat(50) }),
);
const history = fc.record({
  texts: fc.array(text, { minLength: 1, maxLength: TEXTS_MAX }),
  outcomes: fc.array(
    fc.constantFrom<Answer>('accepted', 'early', 'taken', 'taken', 'lost', 'refused', 'busy', 'throttled', 'unsent'),
    { minLength: 1, maxLength: 20 },
  ),
  steps: fc.array(step, { maxLength: 15 }),
});

const numberOf = (run: number, recipient: number) =>
  `+1415555${String((run * 4 + recipient) % 10_000).padStart(4, '0')}`;

/** A long text has its token in every part; a promotional one says how to opt out, so nothing is added to it. */
const requestOf = (one: Text, run: number, token: string) => ({
  to: numberOf(run, one.recipient),
  body: `${one.type === 'promotional' ? 'Reply STOP to opt out. ' : ''}${`<${token}>`.repeat(one.isLong ? 60 : 1)}`,
  message_type: one.type,
  on_ambiguous: one.onAmbiguous,
});

const tokenOf = (part: Part) => /<(\d+-\d+)>/.exec(part.text)?.[1];

interface Taken {
  readonly id: string;
  readonly part: Part;
}

/** What the carrier did, and what it has not told yet. */
interface Books {
  readonly submitted: { readonly part: Part; readonly answer: Answer }[];
  readonly receipts: Taken[];
  readonly late: (() => void)[];
  acceptAll(): void;
}

function openBooks(w: World, outcomes: readonly Answer[], run: number): Books {
  const submitted: Books['submitted'] = [];
  const receipts: Taken[] = [];
  const late: (() => void)[] = [];
  // A carrier that is always down would be asked for ever.
  let script: readonly Answer[] = [...outcomes, 'accepted'];
  let sequence = 0;
  w.carrier.answer = async (part, count): Promise<Outcome> => {
    const answer = script[sequence % script.length] ?? 'accepted';
    sequence += 1;
    submitted.push({ part, answer });
    const value = run * 10_000 + 4_096 + sequence;
    const response: Outcome = { kind: 'accepted', carrierId: value.toString(16) };
    const answerLate = w.carrier.late[count - 1];
    if (isTaken(answer)) receipts.push({ id: String(value), part });
    switch (answer) {
      case 'accepted':
        return response;
      case 'early':
        await w.receipt(receiptOf({ id: String(value), part }, 'delivered'));
        return response;
      case 'taken':
        late.push(() => answerLate?.(response));
        return { kind: 'unknown', reason: 'timeout' };
      case 'lost':
        late.push(() => answerLate?.(REFUSALS.busy));
        return { kind: 'unknown', reason: 'timeout' };
      case 'refused':
      case 'busy':
      case 'throttled':
        return REFUSALS[answer];
      case 'unsent':
        return { kind: 'unsent', reason: 'link down' };
    }
  };
  return {
    submitted,
    receipts,
    late,
    acceptAll() {
      script = ['accepted'];
    },
  };
}

const isTaken = (answer: Answer) => answer === 'accepted' || answer === 'early' || answer === 'taken';

const REFUSALS = {
  refused: { kind: 'refused', class: 'permanent', commandStatus: 0x0b, name: 'ESME_RINVDSTADR' },
  busy: { kind: 'refused', class: 'retry', commandStatus: 0x08, name: 'ESME_RSYSERR' },
  throttled: { kind: 'refused', class: 'throttle', commandStatus: 0x58, name: 'ESME_RTHROTTLED' },
} as const;

const receiptOf = ({ id, part }: Taken, state: Receipt['state']) => ({
  carrierId: id,
  recipient: part.to.slice(1),
  sender: part.from.slice(1),
  state,
  raw: `id:${id} stat:${state}`,
});

async function perform(w: World, clock: VirtualClock, books: Books, one: Step): Promise<void> {
  if (one.kind === 'wait') {
    await clock.advance(one.ms);
    await w.sweep();
  } else if (one.kind === 'receipt') {
    const index = books.receipts.length === 0 ? -1 : one.which % books.receipts.length;
    const taken = books.receipts[index];
    if (taken) await w.receipt(receiptOf(taken, one.state));
    if (taken && !one.keep) books.receipts.splice(index, 1);
  } else {
    books.late.splice(one.which % Math.max(1, books.late.length), 1)[0]?.();
  }
  await quiet(w);
}

/** Nothing is under way, and nothing could go at once. What a claim passed by because it was locked, the sweep finds. */
async function quiet({ database, sweep }: World): Promise<void> {
  let looks = 0;
  await until(async () => {
    const rows = await database.query({
      text: `select 1 from messages where status = 'sending' or (status = 'queued' and due_at = expires_at) limit 1`,
      values: [],
    });
    looks += 1;
    if (rows.length > 0 && looks % 20 === 0) await sweep();
    return rows.length === 0;
  });
}

const FINAL = new Set(['delivered', 'undelivered', 'failed', 'rejected', 'expired', 'canceled']);

async function check(w: World, id: string, books: Books, token: string | undefined): Promise<void> {
  const message = await w.message(id);
  const statuses = (await w.eventTypes(id)).map((type) => type.replace('message.', ''));
  const mine = books.submitted.filter(({ part }) => tokenOf(part) === token);
  const told = `${statuses.join()} after ${mine.map(({ part, answer }) => `${numberIn(part)}:${answer}`).join()}`;

  const first = statuses.findIndex((status) => FINAL.has(status));
  const after = first < 0 ? [] : statuses.slice(first + 1);
  expect(after, told).toEqual(statuses[first] === 'expired' && after.length > 0 ? ['delivered'] : []);

  const mayHave = mine.filter(({ answer }) => isTaken(answer) || answer === 'lost').map(({ part }) => numberIn(part));
  const mayBeTwice = new Set(mayHave).size < mayHave.length;
  expect(message.ambiguous || !mayBeTwice, `possible duplicate: ${told}`).toBe(true);

  expect(['sent', 'held', ...FINAL], told).toContain(message.status);
  if (AFTER_SENT.has(message.status) || statuses.includes('sent')) {
    const has = new Set(mine.filter(({ answer }) => isTaken(answer)).map(({ part }) => numberIn(part)));
    expect(has.size, `parts that the carrier has: ${told}`).toBe(message.segments);
  }
}

const numberIn = (part: Part) => part.concatenation?.number ?? 1;
const AFTER_SENT = new Set(['sent', 'delivered', 'undelivered']);
