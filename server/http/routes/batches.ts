import type { Batch } from '../../messages/batch-control.ts';
import { isRejected, type BatchItem, type ItemResult } from '../../messages/batch.ts';
import { ANY_TEXT } from '../../messages/read.ts';
import type { Message, Mode } from '../../rules/message.ts';
import { BATCH_PATH, batchEnvelope, batchPageQuery } from '../contract-batches.ts';
import { readItems } from '../batch-items.ts';
import type { Answer, Call, KeyHandlers } from '../handlers.ts';
import { fingerprint, parseIdempotencyKey } from '../idempotency-key.ts';
import { rateFault } from '../key-limits.ts';
import { answerList } from '../list.ts';
import { parse } from '../parse.ts';
import type { Ports } from '../ports.ts';
import { type Fault, notFound } from '../problem.ts';
import { storedView, uuidOf } from './messages.ts';

type Operations = 'sendBatch' | 'getBatch' | 'listBatchMessages' | 'pauseBatch' | 'resumeBatch' | 'cancelBatch';

export function batchRoutesOf(ports: Ports): Pick<KeyHandlers, Operations> {
  const { batches } = ports;
  const shown = async (call: Call, act: (mode: Mode, id: string) => Promise<Batch | null>): Promise<Answer> => {
    const id = idOf(call);
    const batch = id === null ? null : await act(call.key.mode, id);
    return batch ? { status: 200, body: batchView(batch) } : { fault: notFound };
  };
  return {
    sendBatch: (call) => sendBatch(ports, call),
    getBatch: (call) => shown(call, (mode, id) => batches.find(mode, id)),
    listBatchMessages: (call) => listTexts(ports, call),
    pauseBatch: (call) => shown(call, (mode, id) => batches.pause(mode, id)),
    resumeBatch: (call) => shown(call, (mode, id) => batches.resume(mode, id)),
    cancelBatch: (call) => shown(call, (mode, id) => batches.cancel(mode, id)),
  };
}

const idOf = ({ params }: Call) => {
  const id = params['batch_id'] ?? '';
  return /^bat_[0-9a-f]{24}$/.test(id) ? id : null;
};

async function sendBatch(ports: Ports, call: Call): Promise<Answer> {
  const { batches, rateLimits } = ports;
  const { key, json, headers } = call;
  const parsed = parse(batchEnvelope, json);
  if (!parsed.ok) return parsed;
  const { messages, defaults, mode, rate_per_minute, schedule_for, campaign_id, dedupe, variants } = parsed.value;
  if (messages.length > batches.limits.messages) return { fault: tooMany(batches.limits.messages) };
  const idempotencyKey = parseIdempotencyKey(headers['idempotency-key']);
  if (!idempotencyKey.ok) return idempotencyKey;
  const shared = {
    ...(schedule_for ? { schedule_for } : {}),
    ...(campaign_id ? { campaign_id } : {}),
    ...defaults,
  };
  const items = await readItems(ports, call, messages, shared, variants ?? []);
  if (mode === 'all_or_nothing' && items.some((item) => !item.ok)) return { fault: refusedAll(refusalsOf(items)) };
  const asked = items.filter((item) => item.ok).length;
  const full = await rateFault(ports, key, asked);
  if (full) return { fault: full };
  const submitted = await batches.submit(
    { items, mode: mode ?? 'partial', dedupe: dedupe ?? null, ratePerMinute: rate_per_minute ?? null },
    { keyId: key.id, mode: key.mode },
    idempotencyKey.value === null
      ? null
      : { key: idempotencyKey.value, path: BATCH_PATH, fingerprint: fingerprint(parsed.value) },
  );
  rateLimits.giveBack(key, asked - acceptedOf(submitted));
  if (!submitted.ok) return { fault: submitted.refusals ? refusedAll(submitted.refusals) : submitted.refusal };
  const results = submitted.results.map((result, index) => resultView(result, items[index], index));
  const rejected = submitted.results.filter(isRejected).length;
  const duplicates = submitted.results.filter(({ kind }) => kind === 'duplicate').length;
  const body = {
    ...sharedView({
      id: submitted.id,
      mode: key.mode,
      status: 'processing',
      total: items.length,
      rejected,
      duplicates,
    }),
    segments: results.reduce((sum, { segments, error }) => sum + (error ? 0 : (segments ?? 0)), 0),
    distinct_bodies: submitted.wordings,
    variants: countVariants(variants ?? [], results),
    warnings: submitted.wordings > MIXED_FROM + (variants?.length ?? 0) ? [mixed(submitted.wordings)] : [],
    results,
  };
  return { status: 202, body, headers: submitted.replayed ? { 'Idempotent-Replayed': 'true' } : {} };
}

const countVariants = (
  variants: readonly { readonly name: string }[],
  results: readonly { readonly variant: string | null; readonly message_id: string | null; readonly error: unknown }[],
) =>
  variants.map(({ name }) => {
    const own = results.filter(({ variant, message_id, error }) => variant === name && message_id !== null && !error);
    return { name, accepted: own.length };
  });

/** Texts that this request has added; a repeated one adds none. */
function acceptedOf(submitted: Awaited<ReturnType<Ports['batches']['submit']>>): number {
  if (!submitted.ok || submitted.replayed) return 0;
  return submitted.results.filter(isAdded).length;
}

const isAdded = (result: ItemResult) =>
  result.kind === 'answered' && result.accepted.verdict.ok && !result.accepted.replayed;

const MIXED_FROM = 5;
const mixed = (wordings: number) => ({
  code: 'MIXED_BODIES',
  message: `The batch has ${wordings} different bodies. With one body or template per batch, faults are found sooner.`,
});

function tooMany(max: number): Fault {
  return { code: 'PAYLOAD_TOO_LARGE', detail: `A batch may have ${max} texts.`, param: 'messages' };
}

type Refused = Extract<BatchItem, { ok: false }>['refusal'];

const refusalsOf = (items: readonly BatchItem[]) =>
  new Map(items.flatMap((item, index) => (item.ok ? [] : [[index, item.refusal] as const])));

/** The first 20 of them, as in any other answer. */
function refusedAll(refusals: ReadonlyMap<number, Refused>): Fault {
  const errors = [...refusals].slice(0, 20).map(([index, { code, detail, param }]) => {
    return { param: pointer(index, param), message: `${code}: ${detail}` };
  });
  const detail = `${refusals.size} of the texts would be refused, so none was accepted.`;
  return { code: 'INVALID_REQUEST', detail, param: errors[0]?.param ?? 'messages', errors };
}

/** RFC 6901. */
function pointer(index: number, param: string | undefined): string {
  const path = (param ?? '').split('.').filter((part) => part !== '');
  return ['', 'messages', String(index), ...path.map((part) => part.replaceAll('~', '~0').replaceAll('/', '~1'))].join(
    '/',
  );
}

function resultView(result: ItemResult, item: BatchItem | undefined, index: number) {
  const request = item?.ok ? item.request : null;
  const blank = {
    index,
    status: 'rejected',
    to: request?.to ?? null,
    message_id: null,
    client_ref: request?.client_ref ?? null,
    variant: request?.variant ?? null,
    message_price: null,
    segments: null,
    duplicate_of: null,
    error: null,
  };
  if (result.kind === 'duplicate') return { ...blank, status: 'duplicate', duplicate_of: result.of };
  if (result.kind === 'answered' && result.accepted.verdict.ok) {
    const { status, to, message_id, message_price, segments } = result.accepted.verdict.message;
    return { ...blank, status, to, message_id, message_price, segments };
  }
  const refusal = result.kind === 'refused' ? result.refusal : refusalOf(result);
  const { code, detail, param, extra } = refusal;
  const stored = extra?.['message_id'];
  const error = { code, detail, param: param === undefined ? null : pointer(index, param) };
  return { ...blank, message_id: typeof stored === 'string' ? stored : null, error };
}

function refusalOf({ accepted }: Extract<ItemResult, { kind: 'answered' }>): Refused {
  if (accepted.verdict.ok) throw new Error('An accepted text has no refusal.');
  return accepted.verdict.refusal;
}

type Shared = Pick<Batch, 'id' | 'mode' | 'status' | 'total' | 'rejected' | 'duplicates'>;

function sharedView({ id, mode, status, total, rejected, duplicates }: Shared) {
  const self = `/v1/batches/${id}`;
  return {
    batch_id: id,
    object: 'batch',
    mode,
    status,
    total,
    accepted: total - rejected - duplicates,
    rejected,
    duplicates,
    links: { self, messages: `${self}/messages` },
  };
}

function batchView(batch: Batch) {
  return {
    ...sharedView(batch),
    counts: batch.counts,
    rate_per_minute: batch.rate_per_minute,
    created_at: batch.created_at.toISOString(),
    completed_at: batch.completed_at?.toISOString() ?? null,
  };
}

async function listTexts({ batches, messages, money, cursorKey }: Ports, call: Call): Promise<Answer> {
  const { key, query } = call;
  const parsed = parse(batchPageQuery, { ...query });
  if (!parsed.ok) return parsed;
  const id = idOf(call);
  if (id === null || !(await batches.find(key.mode, id))) return { fault: notFound };
  const remaining = await money.balance.remaining(key.mode);
  return answerList<Message>({
    cursorKey,
    path: `/v1/batches/${id}/messages`,
    mode: key.mode,
    filters: {},
    limit: parsed.value.limit,
    cursor: parsed.value.cursor,
    read: async (place, size) => {
      const page = await messages.page(key.mode, { ...ANY_TEXT, batchId: id }, uuidOf(place?.[0]), size + 1);
      return page.messages;
    },
    placeOf: (message) => [message.id],
    view: (message) => storedView(message, key, remaining),
  });
}
