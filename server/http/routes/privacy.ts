import type { AuditRow } from '../../access/audit.ts';
import type { PrivacyJob } from '../../contacts/privacy.ts';
import { auditQuery, privacyBody } from '../contract-privacy.ts';
import { csvOf } from '../csv.ts';
import type { Answer, Call, KeyHandlers } from '../handlers.ts';
import { answerList } from '../list.ts';
import { readNumber } from '../numbers.ts';
import { parse } from '../parse.ts';
import type { Ports } from '../ports.ts';
import { type Fault, notFound } from '../problem.ts';
import { uuidOf } from './messages.ts';

type Operations =
  | 'exportPersonalData'
  | 'erasePersonalData'
  | 'getPrivacyJob'
  | 'getExportedTexts'
  | 'redactMessage'
  | 'listAuditLog'
  | 'verifyAuditLog';

export function privacyRoutesOf(ports: Ports): Pick<KeyHandlers, Operations> {
  const { privacy, audit, ledger, cursorKey } = ports;
  const jobOf = ({ key, params }: Call) => {
    const id = uuidOf(params['job_id']);
    return id === null ? null : privacy.find(key.mode, id);
  };

  return {
    exportPersonalData: (call) => request(ports, call, 'export'),
    erasePersonalData: (call) => request(ports, call, 'erase'),
    async getPrivacyJob(call) {
      const job = await jobOf(call);
      return job ? { status: 200, body: jobView(job) } : { fault: notFound };
    },
    async getExportedTexts(call) {
      const job = await jobOf(call);
      const texts = textsOf(job);
      if (!texts) return { fault: notFound };
      return { status: 200, body: Buffer.from(csvOf(COLUMNS, texts)), headers: CSV };
    },
    async redactMessage({ key, params }) {
      const id = uuidOf(params['message_id']);
      const redacted = id === null ? null : await privacy.redact(key.mode, id);
      if (redacted?.ok) return { status: 204 };
      return { fault: redacted?.reason === 'not_final' ? notFinal : notFound };
    },
    listAuditLog({ key, query }) {
      const parsed = parse(auditQuery, { ...query });
      if (!parsed.ok) return parsed;
      const { limit, cursor, ...filters } = parsed.value;
      const after = filters.created_after === undefined ? null : new Date(filters.created_after);
      return answerList<AuditRow>({
        cursorKey,
        path: '/v1/audit-log',
        mode: key.mode,
        filters,
        limit,
        cursor,
        read: (place, size) =>
          audit.list(key.mode, { action: filters.action ?? null, after, belowSequence: place?.[0] ?? null }, size + 1),
        placeOf: ({ sequence }) => [sequence],
        view: auditView,
      });
    },
    async verifyAuditLog() {
      const [own, live, test] = await Promise.all([audit.verify(), ledger.verify('live'), ledger.verify('test')]);
      const ok = own.ok && live.ok && test.ok;
      const chains = { audit: checkView(own), consent_live: checkView(live), consent_test: checkView(test) };
      return { status: 200, body: { object: 'audit_check', ok, ...chains } };
    },
  };
}

async function request({ privacy, defaultCountry }: Ports, call: Call, kind: 'export' | 'erase'): Promise<Answer> {
  const parsed = parse(privacyBody, call.json);
  if (!parsed.ok) return parsed;
  const read = readNumber(parsed.value.number, defaultCountry);
  if (!read.ok) return read;
  const job = await privacy.request(call.key.mode, kind, read.number);
  const location = `/v1/privacy/jobs/${job.id}`;
  return { status: 202, body: jobView(job), headers: { Location: location } };
}

const notFinal: Fault = {
  code: 'NOT_FINAL',
  detail: 'The text may still be sent, or nobody knows yet whether it arrived.',
};

function jobView({ id, mode, kind, state, created_at, finished_at, due_at, result }: PrivacyJob) {
  return {
    object: 'privacy_job',
    id,
    mode,
    kind,
    state,
    created_at: created_at.toISOString(),
    finished_at: finished_at?.toISOString() ?? null,
    expires_at: kind === 'export' && state === 'done' && result !== null ? (due_at?.toISOString() ?? null) : null,
    result: result ?? null,
  };
}

type Texts = readonly Readonly<Record<string, unknown>>[];

/** The texts of an export that is done and still there, as the job has stored them. */
function textsOf(job: PrivacyJob | null): Texts | null {
  if (job?.kind !== 'export' || job.result === null || job.state !== 'done') return null;
  return (job.result as { readonly messages: Texts }).messages;
}

const COLUMNS = ['id', 'created_at', 'direction', 'from', 'to', 'status', 'message_type', 'topic', 'body'];
const CSV = { 'Content-Type': 'text/csv; charset=utf-8', 'Content-Disposition': 'attachment; filename="messages.csv"' };

function auditView({ sequence, mode, actor, action, target, details, created_at, hash }: AuditRow) {
  return {
    object: 'audit_entry',
    id: sequence,
    mode,
    actor,
    action,
    target,
    details,
    created_at: created_at.toISOString(),
    hash: hash.toString('hex'),
  };
}

type Check = { readonly ok: true; readonly entries: number } | { readonly ok: false; readonly brokenAt: number };

function checkView(check: Check) {
  return check.ok
    ? { ok: true, entries: check.entries, broken_at: null }
    : { ok: false, entries: null, broken_at: check.brokenAt };
}
