import { fc } from '@fast-check/vitest';
import { describe, onTestFinished, test } from 'vitest';
import { checkEnd, checkRound, type CheckedStage, look } from '../support/consent-checks.ts';
import { type Command, command, nothingAsked, perform } from '../support/consent-commands.ts';
import { withConsentLog } from '../support/consent-log.ts';
import { consentModel } from '../support/consent-model.ts';
import { freshDatabase } from '../support/database.ts';
import { type Answer, ANSWERS, type ModelCarrier, modelCarrier } from '../support/model-carrier.ts';
import { until } from '../support/until.ts';
import { virtualClock } from '../support/virtual-clock.ts';
import { world } from '../support/world.ts';

/** `npm run test:model` sets more. */
const RUNS = Number(process.env['MODEL_RUNS'] ?? 300);
/** Histories that run at the same time, on numbers of their own. */
const AT_ONCE = 25;
/** Histories on one database: the ledger is verified again and again. */
const A_DATABASE = 300;
const SEED = process.env['MODEL_SEED'];

/**
 * Random histories: texts are sent, batched and planned; their recipients and others opt out, opt in and are
 * reviewed; the carrier refuses, throttles, answers late or never; a server dies while it sends. Two servers work on one
 * database, and whatever belongs to one round of a history is begun without waiting for the rest.
 *
 * The log tells in which order claims and entries of the ledger were committed. What it leaves open counts for the
 * server; what it does not must be as the ledger says.
 */
describe.each(parts(RUNS))('random histories of consent, %i of them', (runs, number) => {
  test(
    'text nobody after an opt-out that was committed before the claim, lose no text, and leave the state that the ledger tells',
    async () => {
      const stage = await openStage();
      let batch = 0;
      const histories = fc.asyncProperty(history(Math.min(AT_ONCE, runs)), async (played) => {
        await play(stage, played, batch++);
      });
      const numRuns = Math.ceil(runs / AT_ONCE);
      const seed = SEED === undefined ? {} : { seed: Number(SEED) + number };
      await fc.assert(histories, { numRuns, endOnFailure: true, ...seed });
    },
    60_000 + runs * 1_000,
  );
});

function parts(runs: number): (readonly [number, number])[] {
  const count = Math.ceil(runs / A_DATABASE);
  return Array.from({ length: count }, (_, index) => [Math.min(A_DATABASE, runs - index * A_DATABASE), index]);
}

interface Round {
  /** Before anything else happens. */
  readonly waitMs: number;
  /** The servers that were sending what hangs die at the end. */
  readonly dies: boolean;
  readonly answersLate: boolean;
  /** For each history. */
  readonly commands: readonly (readonly Command[])[];
}

interface History {
  readonly script: readonly Answer[];
  readonly rounds: readonly Round[];
}

function history(atOnce: number): fc.Arbitrary<History> {
  const round = fc.record({
    waitMs: fc.constantFrom(0, 0, 0, 3_000, 12_000, 70_000, 2_400_000, 6 * 3_600_000, 25 * 3_600_000),
    dies: fc.boolean(),
    answersLate: fc.boolean(),
    commands: fc.array(fc.array(command, { maxLength: 3 }), { minLength: atOnce, maxLength: atOnce }),
  });
  return fc.record({
    script: fc.array(fc.constantFrom(...ANSWERS), { minLength: 10, maxLength: 40 }),
    rounds: fc.array(round, { minLength: 3, maxLength: 5 }),
  });
}

interface Opened extends CheckedStage {
  readonly carrier: ModelCarrier;
}

async function openStage(): Promise<Opened> {
  const clock = virtualClock();
  const random = { turns: 0 };
  const pause = () => turns((random.turns = (random.turns * 7 + 3) % 11));
  // Whoever opts out waits for the end of the chain on a connection of its own; a busy machine takes its time.
  const fresh = await freshDatabase({ maxConnections: 40, connectionTimeoutMillis: 60_000 });
  const { database: logged, log } = withConsentLog(fresh, pause);
  // Each world closes its database; this one has two.
  const database = { ...logged, [Symbol.asyncDispose]: () => Promise.resolve() };
  const options = {
    database,
    clock,
    window: 1_000_000,
    retryPolicy: { ambiguous: { intervals_seconds: [10] }, retry: { intervals_seconds: [1, 60] } },
    policy: {
      quietHours: 'hold' as const,
      caps: [{ max: 4, per_seconds: 3_600, message_types: ['promotional' as const] }],
    },
  };
  const servers = [await world(options), await world(options)];
  const carrier = modelCarrier(servers.map((one) => one.carrier));
  for (const one of servers) one.startWorking();
  onTestFinished(async () => {
    carrier.end();
    await Promise.all(servers.map((one) => one.stopWorking()));
  });
  const checked = { sequence: 0, claims: 0, sends: 0 };
  return { servers, clock, log, asked: nothingAsked(), database, carrier, model: consentModel(), checked };
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
}

async function play(stage: Opened, { script, rounds }: History, batch: number): Promise<void> {
  const { carrier } = stage;
  const count = rounds[0]?.commands.length ?? 0;
  const pairs = Array.from({ length: count }, (_, lane) => numbersOf(batch * AT_ONCE + lane));
  const numbers = pairs.flat();
  carrier.play(script);
  let seen = await look(stage, numbers);
  for (const round of rounds) {
    await pass(stage, round.waitMs);
    carrier.answerSlow();
    const begun = round.commands.flatMap((commands, lane) =>
      commands.map(async (one, index) => {
        await turns(index * 3);
        await perform(stage, pairs[lane] ?? [], one);
      }),
    );
    // When one fails the others are still waited for: nothing may be under way when the test ends.
    await Promise.allSettled(begun);
    await Promise.all(begun);
    if (round.answersLate) carrier.answerLate();
    if (round.dies && carrier.hanging() > 0) await die(stage);
    seen = await checkRound(stage, seen, numbers);
  }
  carrier.play(['accepted']);
  await die(stage);
  carrier.answerLate();
  for (let wait = 0; wait < 4; wait++) {
    await pass(stage, 31_000);
    await settled(stage);
  }
  await checkRound(stage, seen, numbers);
  await checkEnd(stage, numbers);
}

const numbersOf = (lane: number) => [
  `+1415555${String(lane).padStart(4, '0')}`,
  `+1500555${String(lane).padStart(4, '0')}`,
];

async function pass({ clock, servers }: Opened, ms: number): Promise<void> {
  if (ms === 0) return;
  // Timers of a whole day would ring one by one.
  const leapMs = Math.max(0, ms - 70_000);
  clock.jump(leapMs);
  await clock.advance(ms - leapMs);
  await Promise.all(servers.map((one) => one.sweep()));
}

/** The processes that were sending what hangs are gone: in the database, their claims are those of a server that died. */
async function die({ servers, carrier, database }: Opened): Promise<void> {
  carrier.answerSlow();
  await until(async () => {
    carrier.answerSlow();
    const [row] = await database.query<{ n: number }>({
      text: `select count(*)::int n from messages where due_at is not null and status = 'sending'`,
      values: [],
    });
    return row !== undefined && row.n <= carrier.hanging();
  });
  const values = [crypto.randomUUID()];
  await database.query({ text: 'insert into instances (id, started_at) values ($1, now())', values });
  await database.query({
    text: `update messages set claimed_by = $1 where due_at is not null and status = 'sending'`,
    values,
  });
  carrier.bury();
  await servers[0]?.sweep();
}

/** Nothing is under way, and nothing could go at once. What a claim passed by because it was locked, the sweep finds. */
async function settled({ database, servers, carrier }: Opened): Promise<void> {
  let looks = 0;
  await until(async () => {
    carrier.answerSlow();
    const rows = await database.query({
      text: `select 1 from messages where due_at is not null
        and (status = 'sending' or (status = 'queued' and due_at = expires_at)) limit 1`,
      values: [],
    });
    looks += 1;
    if (rows.length > 0 && looks % 20 === 0) await servers[0]?.sweep();
    return rows.length === 0;
  });
}
