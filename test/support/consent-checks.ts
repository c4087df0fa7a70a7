import { expect } from 'vitest';
import { NEVER } from '../../server/rules/ambiguity.ts';
import type { Asked, Stage } from './consent-commands.ts';
import type { LoggedClaim } from './consent-log.ts';
import type { ConsentModel } from './consent-model.ts';
import type { FreshDatabase } from './database.ts';
import { until } from './until.ts';

export interface CheckedStage extends Stage {
  readonly database: FreshDatabase;
  readonly model: ConsentModel;
  /** How much of the ledger, of the claims and of the sends was looked at. */
  readonly checked: { sequence: number; claims: number; sends: number };
}

interface Row {
  readonly id: string;
  readonly status: string;
  readonly contact: string;
  readonly topic: string | null;
  readonly purpose: string;
  readonly message_type: string;
  readonly hold_reason: string | null;
  readonly due_at: Date | null;
}

/** What was read, and in which span of time it was like that. */
export interface Seen {
  readonly begun: number;
  readonly ended: number;
  readonly rows: readonly Row[];
}

/** The texts to these numbers, and in which span of time they were like that. */
export async function look({ database, log }: CheckedStage, numbers: readonly string[]): Promise<Seen> {
  const begun = log.tick();
  const rows = await database.query<Row>({
    text: `select id, status, contact, topic, purpose, message_type, hold_reason, due_at from messages
      where mode = 'live' and contact = any($1) and direction = 'outbound'`,
    values: [numbers],
  });
  return { begun, ended: log.tick(), rows };
}

/** What an opt-out found waiting is canceled, and what is canceled stays so. */
export async function checkRound(stage: CheckedStage, before: Seen, numbers: readonly string[]): Promise<Seen> {
  await readLedger(stage);
  const after = await look(stage, numbers);
  const statuses = new Map(after.rows.map(({ id, status }) => [id, status]));
  for (const row of before.rows) {
    const status = statuses.get(row.id) ?? 'gone';
    if (row.status === 'canceled') expect(status, told(stage, row)).toBe('canceled');
    if (!WAITS.has(row.status) || EXEMPT.has(row.purpose)) continue;
    const isCanceled = stage.model
      .covering(row.contact, row.topic)
      .some(({ begun, ended }) => begun > before.ended && ended < after.begun);
    const wasClaimed = stage.log.claims.some(({ id, ended }) => id === row.id && ended > before.begun);
    if (isCanceled && !wasClaimed)
      expect([...WAITS], `waits after an opt-out: ${told(stage, row)}`).not.toContain(status);
  }
  return after;
}

const WAITS = new Set(['queued', 'held', 'scheduled']);
const EXEMPT = new Set(['opt_out_confirmation', 'help_answer']);

/** Tells the model what the ledger has to tell by now. */
async function readLedger({ database, log, model, checked }: CheckedStage): Promise<void> {
  const entries = await database.query<{
    sequence: string;
    number: string;
    action: string;
    topic: string;
    source: string;
    occurred_at: Date;
  }>({
    text: 'select sequence, number, action, topic, source, occurred_at from consent_events where sequence > $1 order by sequence',
    values: [checked.sequence],
  });
  for (const { sequence, ...entry } of entries) {
    // It is in the database a moment before who wrote it knows.
    const span = await until(() => log.entries.get(Number(sequence)));
    model.add({ ...entry, sequence: Number(sequence), ...span });
    checked.sequence = Number(sequence);
  }
}

/** What must be so when nothing is under way any more, for the texts to these numbers. */
export async function checkEnd(stage: CheckedStage, numbers: readonly string[]): Promise<void> {
  await Promise.all(stage.servers.map((one) => one.contacts.findings.idle()));
  await readLedger(stage);
  await checkClaims(stage);
  checkSends(stage);
  const { rows } = await look(stage, numbers);
  const ids = new Set(rows.map(({ id }) => id));
  const lost = stage.asked.sends.filter(
    ({ number, verdict }) => numbers.includes(number) && verdict.ok && !ids.has(verdict.message.message_id),
  );
  expect(lost, 'accepted and gone').toEqual([]);
  await checkWaiting(stage, rows);
  await checkConfirmations(stage, rows, numbers);
  await checkState(stage);
}

/** No text was claimed that the ledger, the suppressions or a review had forbidden before. */
async function checkClaims(stage: CheckedStage): Promise<void> {
  const { database, log, model, asked, checked } = stage;
  const claims = log.claims.slice(checked.claims);
  checked.claims = log.claims.length;
  const rows = await database.query<Row>({
    text: 'select * from messages where id = any($1::uuid[])',
    values: [claims.map(({ id }) => id)],
  });
  const byId = new Map(rows.map((row) => [row.id, row]));
  for (const claim of claims) {
    const row = byId.get(claim.id);
    if (!row) throw new Error('A text that was claimed is gone.');
    if (EXEMPT.has(row.purpose)) continue;
    expect(model.mayGo(row.contact, row.topic, claim), `claimed after an opt-out: ${told(stage, row)}`).not.toBe('no');
    expect(isSuppressed(asked, row, claim), `claimed after a suppression: ${told(stage, row)}`).toBe(false);
    if (row.message_type !== 'promotional') continue;
    expect(model.isInReview(row.contact, claim), `claimed while in review: ${told(stage, row)}`).toBe(false);
  }
}

function isSuppressed({ suppressions }: Asked, row: Row, claim: LoggedClaim): boolean {
  const mine = suppressions.filter(
    ({ number, list }) => number === row.contact && (list !== 'dnc_import' || row.message_type === 'promotional'),
  );
  return mine.some(
    (added) =>
      added.kind === 'suppress' &&
      added.ended < claim.begun &&
      !mine.some(
        (one) =>
          one.kind === 'unsuppress' && one.list === added.list && one.ended > added.begun && one.begun < claim.ended,
      ),
  );
}

/** Whoever had opted out is refused for that reason, and nobody else is. */
function checkSends({ asked, model, checked }: CheckedStage): void {
  for (const send of asked.sends.slice(checked.sends)) {
    const code = send.verdict.ok ? 'accepted' : send.verdict.refusal.code;
    const verdict = model.mayGo(send.number, send.topic, send);
    if (verdict === 'no') expect(code).toBe('OPTED_OUT');
    // A manual suppression has the same code.
    const mayBeSuppressed = asked.suppressions.some(
      ({ number, kind, list, begun }) =>
        number === send.number && kind === 'suppress' && list === 'manual' && begun < send.ended,
    );
    if (verdict === 'yes' && !mayBeSuppressed) expect(code).not.toBe('OPTED_OUT');
  }
  checked.sends = asked.sends.length;
}

/** What has not ended waits for something that will come. */
async function checkWaiting(stage: CheckedStage, rows: readonly Row[]): Promise<void> {
  const reviews = await stage.database.query<{ number: string }>({
    text: `select number from opt_out_reviews where state = 'open'`,
    values: [],
  });
  const inReview = new Set(reviews.map(({ number }) => number));
  for (const row of rows) {
    if (row.due_at === null || row.hold_reason === 'ambiguous') continue;
    const isFinite = row.due_at < NEVER;
    const ends = row.hold_reason === 'opt_out_review' ? inReview.has(row.contact) : isFinite;
    expect(ends, `waits for ever: ${told(stage, row)}`).toBe(true);
  }
}

async function checkConfirmations({ model, asked }: CheckedStage, rows: readonly Row[], numbers: readonly string[]) {
  for (const number of numbers) {
    const confirmations = rows.filter((row) => row.contact === number && row.purpose === 'opt_out_confirmation');
    expect(confirmations).toHaveLength(model.confirmationsDue(number));
    expect(confirmations.map(({ status }) => status)).not.toContain('canceled');
    const heard = model.covering(number, null).filter(({ source }) => source === 'keyword');
    expect(heard).toHaveLength(asked.stops.get(number) ?? 0);
  }
}

/** The tables of the current state are what the ledger amounts to, and nobody has touched the ledger. */
async function checkState({ database, servers, model }: CheckedStage): Promise<void> {
  const list = async (text: string) => {
    const rows = await database.query<{ one: string }>({ text, values: [] });
    return rows.map(({ one }) => one).toSorted();
  };
  const state = {
    optOuts: await list(`select distinct o.number || ' ' || t as one from opt_outs o
      cross join unnest(array['${TOPICS.join(`','`)}']) as t where o.topic in ('*', t)`),
    optIns: await list(`select number || ' ' || topic as one from opt_ins`),
  };
  expect(model.diff(state, TOPICS)).toEqual([]);
  for (const { number, sequence } of model.contradictions) {
    expect.fail(`opt-in ${sequence} against own words: ${JSON.stringify(model.entries(number))}`);
  }
  expect(await servers[0]?.contacts.ledger.verify('live')).toMatchObject({ ok: true });
}

const TOPICS = ['*', 'sale', 'news'];

/** What is known of a number, for whoever has to find out what went wrong. */
function told({ log, model, asked }: CheckedStage, row: Row): string {
  const claims = log.claims.filter(({ id }) => id === row.id);
  const ledger = model.entries(row.contact);
  const others = asked.suppressions.filter(({ number }) => number === row.contact);
  return JSON.stringify({ row, claims, ledger, others });
}
