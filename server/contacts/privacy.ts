import type { Logger } from 'pino';
import type { Audit, AuditActor } from '../access/audit.ts';
import type { Clock } from '../clock.ts';
import { redactText, type Redacted } from '../messages/retention.ts';
import type { Mode } from '../rules/message.ts';
import { storeExport } from '../store/personal-data.ts';
import { changeJob, claimJob, dropResult, type Erased, insertJob, type JobChange, jobById } from '../store/privacy.ts';
import type { PrivacyJobRow } from '../store/schema-contacts.ts';
import { eraseLate, eraseNumber } from './erase.ts';
import type { Ledger } from './ledger.ts';
import type { MatchOptions } from './reply-matching.ts';

/** What a person may ask for: what is stored about them, and that it is taken away. */
export interface Privacy {
  /** Accepts a request; `runDue` carries it out, at the latest some seconds later. */
  request(mode: Mode, kind: 'export' | 'erase', number: string): Promise<PrivacyJob>;
  /** Null = this mode has no such job. */
  find(mode: Mode, id: string): Promise<PrivacyJob | null>;
  /** Takes the body of one text away, wherever it is stored. */
  redact(mode: Mode, messageId: string): Promise<Redacted>;
  /** Carries out what is due. Safe to run beside another server. */
  runDue(): Promise<void>;
}

export type PrivacyJob = Pick<
  PrivacyJobRow,
  'id' | 'mode' | 'kind' | 'state' | 'result' | 'created_at' | 'due_at' | 'finished_at'
>;
export type { Redacted };

export interface PrivacyOptions extends MatchOptions {
  readonly ledger: Pick<Ledger, 'numberHmac'>;
  readonly audit: Pick<Audit, 'record'>;
  readonly newId: () => string;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'info' | 'error'>;
  readonly onEvents: () => void;
  /** Others that keep something of a person take it away, too. What it throws is tried again. */
  readonly onErasing?: ((mode: Mode, number: string) => Promise<void>) | undefined;
}

/** How long an export can be fetched. */
const EXPORT_KEPT_MS = 24 * 3_600_000;
/** More than that are read page by page from the history. */
const EXPORT_MESSAGES_MAX = 20_000;
/** Between the sweeps of an erasure: longer than a text can be on its way from accept to claim. */
const SECOND_SWEEP_MS = 600_000;
/** Carriers write receipts for up to 72 hours. */
const LATE_SWEEP_MS = 73 * 3_600_000;
const AGAIN_MS = 60_000;
/** Longer than a sweep takes; a job whose server died is tried again after it. */
const LEASE_MS = 300_000;

export function createPrivacy(options: PrivacyOptions): Privacy {
  const { database, ledger, newId, clock, log, onEvents } = options;
  const now = () => new Date(clock.now());

  return {
    async request(mode, kind, number) {
      const at = now();
      const job = {
        id: newId(),
        mode,
        kind,
        number,
        number_hmac: ledger.numberHmac(number),
        stage: kind === 'erase' ? ('first' as const) : null,
        created_at: at,
        due_at: at,
      };
      await insertJob(database, job);
      return { ...job, state: 'pending', result: null, finished_at: null };
    },
    find: async (mode, id) => (await jobById(database, mode, id)) ?? null,
    redact: (mode, id) => redactText(database, mode, id, now()),
    async runDue() {
      for (;;) {
        const job = await claimJob(database, now(), new Date(clock.now() + LEASE_MS));
        if (!job) return;
        try {
          await carryOut(options, job, now());
        } catch (error) {
          log.error({ err: error, job_id: job.id }, 'a privacy job failed and will be tried again');
          await changeJob(database, job.id, { ...job, due_at: later(now(), AGAIN_MS) });
        }
        onEvents();
      }
    },
  };
}

async function carryOut(options: PrivacyOptions, job: PrivacyJobRow, now: Date): Promise<void> {
  if (job.kind === 'erase') return carryOutErasure(options, job, now);
  const { database } = options;
  if (job.state === 'done' || job.number === null) return dropResult(database, job.id);
  const { id, mode, number } = job;
  await database.transaction(async () => {
    await storeExport(database, { id, mode, number }, EXPORT_MESSAGES_MAX, now);
    // The number stays with the result: an erasure finds it.
    await changeJob(database, id, { number, ...done(now), due_at: later(now, EXPORT_KEPT_MS), stage: null });
  });
}

async function carryOutErasure(options: PrivacyOptions, job: PrivacyJobRow, now: Date): Promise<void> {
  const { database, audit } = options;
  const { id, mode, number, stage } = job;
  const erased = erasedOf(job);
  const next = (change: Omit<JobChange, 'number'>) => changeJob(database, id, { number, ...change });
  if (number !== null) await options.onErasing?.(mode, number);
  if (stage === 'first' && number !== null) {
    await eraseNumber(options, erased, id, 'first', now);
    return next({ state: 'pending', stage: 'second', due_at: later(now, SECOND_SWEEP_MS), finished_at: null });
  }
  if (stage === 'second' && number !== null) {
    const ended = await eraseNumber(options, erased, id, 'second', now);
    if (ended === 'texts_under_way') {
      return next({ state: 'pending', stage, due_at: later(now, AGAIN_MS), finished_at: null });
    }
    const late = { stage: 'late', due_at: later(now, LATE_SWEEP_MS) } as const;
    await changeJob(database, id, { number: null, ...done(now), ...late });
    const target = `hmac:${job.number_hmac.toString('hex', 0, 8)}`;
    return audit.record({ mode, actor: SYSTEM, action: 'privacy.erased', target, details: { job_id: id } });
  }
  await eraseLate(database, erased, now);
  await changeJob(database, id, { ...job, number: null, stage: null, due_at: null });
}

const SYSTEM: AuditActor = { type: 'system', id: 'privacy' };
const done = (now: Date) => ({ state: 'done', finished_at: now }) as const;
const later = (now: Date, ms: number) => new Date(now.getTime() + ms);

function erasedOf({ mode, number, number_hmac: hmac }: PrivacyJobRow): Erased {
  return { mode, number: number ?? '', hmac, placeholder: `erased:${hmac.toString('hex', 0, 8)}` };
}
