import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { sleep } from 'n8n-workflow';
import type { MessageDetail, Preview, SendBatchAnswer, SendMessageAnswer, SendMessageBody } from './contract.ts';
import { done, failureOfItem, type Failure, type Outcome } from './failures.ts';
import { hint } from './hints.ts';
import { itemKey, ownKey } from './idempotency.ts';
import { attemptItem, type ItemOutcome } from './items.ts';
import { asText, optionsOf } from './parameters.ts';
import { sendBody } from './send-body.ts';
import { simplePreview } from './simplify.ts';
import { call } from './transport.ts';

/**
 * Sends a text for each item: up to 100 in a request, each with a result of its own. Nothing is sent while a parameter
 * of any item is wrong, unless the workflow goes on with errors. Undefined = not sent, because another item failed.
 */
export async function sendTexts(context: IExecuteFunctions): Promise<(ItemOutcome | undefined)[]> {
  const items = context.getInputData();
  const read = await Promise.all(items.map((_, index) => attemptItem(() => textOf(context, index))));
  const outcomes = new Map<number, ItemOutcome>();
  for (const [index, one] of read.entries()) if (!one.ok) outcomes.set(index, one);
  if (outcomes.size === 0 || context.continueOnFail()) {
    const texts = read.flatMap((one) => (one.ok ? [one.value] : []));
    await sendAll(context, texts, outcomes);
  }
  return items.map((_, index) => outcomes.get(index));
}

interface Text {
  readonly itemIndex: number;
  readonly body: SendMessageBody;
  readonly key: string;
  readonly isDryRun: boolean;
  readonly isSimple: boolean;
}

type Sent = Outcome<IDataObject>;

function textOf(context: IExecuteFunctions, itemIndex: number): Outcome<Text> {
  const read = sendBody(context, itemIndex);
  if (!read.ok) return read;
  const { deduplicationKey, dryRun } = optionsOf(context, 'options', itemIndex);
  return done({
    itemIndex,
    body: read.value,
    key: deduplicationKey === undefined ? itemKey(context, itemIndex) : ownKey(deduplicationKey),
    isDryRun: dryRun === true,
    isSimple: context.getNodeParameter('simplify', itemIndex, true) === true,
  });
}

async function sendAll(context: IExecuteFunctions, texts: readonly Text[], outcomes: Map<number, ItemOutcome>) {
  const { batchSize = BATCH_MAX, waitForDelivery } = optionsOf(context, 'options', 0);
  const sent: Sent[] = [];
  const warned: SentChunk['warnings'][number][] = [];
  for (const chunk of chunks(texts, Number(batchSize))) {
    const { results, warnings } = await sendChunk(context, chunk);
    warned.push(...warnings);
    sent.push(...results);
    if (results.some(({ ok }) => !ok) && !context.continueOnFail()) break;
  }
  hint(context, warned);
  const seconds = Math.min(Number(waitForDelivery ?? 0), WAIT_SECONDS_MAX);
  const final = seconds > 0 ? await followed(context, sent, seconds) : sent;
  for (const [at, one] of final.entries()) {
    const text = texts[at];
    if (text) outcomes.set(text.itemIndex, one.ok ? done([one.value]) : one);
  }
}

const BATCH_MAX = 100;
const WAIT_SECONDS_MAX = 300;

/** A batch says less about each text than a request of its own, so only short answers come from batches. */
function chunks(texts: readonly Text[], size: number): Text[][] {
  const max = Math.max(1, Math.min(BATCH_MAX, Math.floor(size) || 1));
  const found: Text[][] = [];
  for (const text of texts) {
    const open = found.at(-1);
    const [first] = open ?? [];
    const fits = open && first && open.length < max && isForBatch(first) && isForBatch(text);
    if (fits) open.push(text);
    else found.push([text]);
  }
  return found;
}

const isForBatch = ({ isDryRun, isSimple }: Text) => !isDryRun && isSimple;

interface SentChunk {
  readonly results: readonly Sent[];
  readonly warnings: SendMessageAnswer['warnings'];
}

async function sendChunk(context: IExecuteFunctions, chunk: readonly Text[]): Promise<SentChunk> {
  const [first, ...others] = chunk;
  if (!first) return { results: [], warnings: [] };
  return others.length === 0 ? sendOne(context, first) : sendBatch(context, chunk);
}

async function sendOne(context: IExecuteFunctions, text: Text): Promise<SentChunk> {
  const { body, key: idempotencyKey, isDryRun, isSimple } = text;
  if (isDryRun) return { results: [await tryOut(context, text)], warnings: [] };
  const path = '/v1/messages/send';
  const sent: Outcome<SendMessageAnswer> = await call(context, { method: 'POST', path, body, idempotencyKey });
  if (!sent.ok) return { results: [sent], warnings: [] };
  const shown = isSimple ? simpleSent(sent.value) : { ...sent.value };
  return { results: [done(shown)], warnings: sent.value.warnings };
}

async function tryOut(context: IExecuteFunctions, { body, isSimple }: Text): Promise<Sent> {
  const path = '/v1/messages/preview';
  const preview: Outcome<Preview> = await call(context, { method: 'POST', path, body });
  if (!preview.ok) return preview;
  return done({ dry_run: true, ...(isSimple ? simplePreview(preview.value) : preview.value) });
}

async function sendBatch(context: IExecuteFunctions, chunk: readonly Text[]): Promise<SentChunk> {
  const messages = chunk.map(({ body, key }) => ({ ...body, idempotency_key: key }));
  const path = '/v1/messages/batch';
  const answer: Outcome<SendBatchAnswer> = await call(context, { method: 'POST', path, body: { messages } });
  if (!answer.ok) return { results: chunk.map(() => answer), warnings: [] };
  const { results: told, warnings } = answer.value;
  const results = chunk.map((_, at): Sent => {
    const result = told[at];
    if (!result) return { ok: false, failure: NO_RESULT };
    return result.error ? { ok: false, failure: failureOfItem(result.error) } : done(simpleSent(result));
  });
  return { results, warnings };
}

const NO_RESULT: Failure = {
  message: 'SMS Bridge did not say what became of this text',
  description: 'Look for it with Get Many before it is sent again.',
  code: 'UNKNOWN_ERROR',
  status: null,
};

type Shown = Pick<SendMessageAnswer, 'message_id' | 'to' | 'segments' | 'message_price' | 'client_ref'>;

/** The same fields, whether a text went alone or in a batch. */
function simpleSent(sent: { readonly [Field in keyof Shown]: Shown[Field] | null } & { readonly status: string }) {
  const { message_id, status, to, segments, message_price, client_ref } = sent;
  return { message_id, status, to, segments, message_price, client_ref };
}

/** Asks again and again until each text is through or the time is over. What happens then is no error. */
async function followed(context: IExecuteFunctions, sent: readonly Sent[], seconds: number): Promise<Sent[]> {
  const known = [...sent];
  const until = Date.now() + seconds * 1_000;
  for (;;) {
    const open = [...known.entries()].filter(([, one]) => one.ok && isOpen(one.value['status']));
    if (open.length === 0 || Date.now() >= until) return known;
    await sleep(POLL_MS);
    for (const [at, one] of open) if (one.ok) known[at] = await newest(context, one.value);
  }
}

const POLL_MS = 500;

/** Held and scheduled texts would be waited for in vain. */
const isOpen = (status: unknown) => status === 'queued' || status === 'sending' || status === 'sent';

async function newest(context: IExecuteFunctions, before: IDataObject): Promise<Sent> {
  const path = `/v1/messages/${encodeURIComponent(asText(before['message_id']))}`;
  const now: Outcome<MessageDetail> = await call(context, { method: 'GET', path });
  if (!now.ok) return done(before);
  const { status, delivered_at, error } = now.value;
  return done({ ...before, status, delivered_at, error: error?.message ?? null });
}
