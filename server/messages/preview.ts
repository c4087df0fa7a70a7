import type { Clock } from '../clock.ts';
import type { Consents, TopicStatus } from '../contacts/consents.ts';
import type { Judged, Verdicts } from '../contacts/verdicts.ts';
import { NEVER } from '../rules/ambiguity.ts';
import { DEFAULT_ENCODING } from '../rules/encoding.ts';
import type { ErrorCode } from '../rules/error-codes.ts';
import { lint } from '../rules/lint.ts';
import type { LintFinding } from '../rules/lint-codes.ts';
import type { MessageType, Mode } from '../rules/message.ts';
import { withOptOutText } from '../rules/opt-out-footer.ts';
import { isTollFree, parseSender } from '../rules/phone-number.ts';
import { segment, type Segmented } from '../rules/segments.ts';
import type { SenderType } from '../rules/sender.ts';
import type { HoldReason, Judgement } from '../rules/verdict.ts';
import { zonesOf } from '../rules/zones/of-number.ts';
import type { MessageRow } from '../store/schema.ts';
import { noCarrier } from './accept.ts';
import type { Caller, ExpectReply, Refusal, SendRequest } from './accept-types.ts';
import { type Applied, applyVerdict } from './apply-verdict.ts';
import { insufficientBalance } from './balance.ts';
import { awaitReply } from './expect-reply.ts';
import { judgeNew } from './judge-new.ts';
import type { Placed } from './place.ts';
import { prepare, type Prepared, type PrepareOptions } from './prepare.ts';
import type { Senders } from './senders.ts';

export interface PreviewOptions extends PrepareOptions {
  readonly senders: Pick<Senders, 'choose' | 'list'>;
  readonly verdicts: Pick<Verdicts, 'of'>;
  readonly consents: Pick<Consents, 'status'>;
  readonly hasCarrier: (mode: Mode) => boolean;
  readonly newId: () => string;
  readonly clock: Clock;
  readonly organisation: string | null;
  /** Whether texts are looked at for what they tell about somebody's health. */
  readonly isHealth: boolean;
}

/** Looking at texts before they are sent. Nothing is stored. */
export interface Previews {
  /** What would become of a text if it were sent now. */
  preview(request: SendRequest, caller: Caller): Promise<Previewed>;
  /** What is wrong about the wording alone; null = `from` is no sender. */
  lintText(text: LintedText): readonly LintFinding[] | null;
}

export interface LintedText {
  readonly text: string;
  readonly message_type: MessageType;
  /** Null = not known yet. */
  readonly from: string | null;
  readonly mode: Mode;
}

export type Previewed =
  | { readonly ok: true; readonly preview: PreviewedText }
  /** Sending it would be refused without a trace. */
  | { readonly ok: false; readonly refusal: Refusal };

export interface PreviewedText {
  /** The text as sending it would store it; its id is nobody's. */
  readonly message: MessageRow;
  readonly placed: Placed;
  /** IANA names; several where the number does not tell. */
  readonly timeZones: readonly string[];
  readonly size: Segmented;
  readonly verdict: PreviewVerdict;
  readonly lint: readonly LintFinding[];
}

export interface PreviewVerdict {
  /** False: the recipient would not get it, now or when it is planned for. */
  readonly allowed: boolean;
  /** Why not; null = it is allowed. */
  readonly refusal: { readonly code: ErrorCode; readonly detail: string } | null;
  /** The first moment at which it may leave; null = nobody knows, or never. */
  readonly sendAt: Date | null;
  /** From when on it may not any more, as things stand; null = no such time. */
  readonly sendBefore: Date | null;
  readonly heldBy: HoldReason | null;
  /** What the hold goes by, for people. */
  readonly rule: string | null;
  readonly consent: TopicStatus;
}

/** Prepares and judges a text by the code that accepts it. */
export function createPreviews(options: PreviewOptions): Previews {
  const { clock, hasCarrier, newId, verdicts } = options;
  return {
    async preview(request, caller) {
      if (!hasCarrier(caller.mode)) return { ok: false, refusal: noCarrier };
      const now = new Date(clock.now());
      const prepared = await prepare(options, request, caller, newId(), now.getTime());
      if (!prepared.ok) return prepared;
      const judged = await judgeOne(verdicts, prepared, now);
      const applied = awaitReply(applyVerdict(prepared.message, judged.judgement, now), request.expect_reply, newId);
      return { ok: true, preview: await describe(options, request, prepared, judged, applied, now) };
    },
    lintText: (text) => lintAlone(options, text),
  };
}

type Ready = Extract<Prepared, { ok: true }>;

async function judgeOne(verdicts: Pick<Verdicts, 'of'>, prepared: Ready, at: Date): Promise<Judged> {
  const [one] = await judgeNew(verdicts, [prepared], at);
  if (!one) throw new Error('A text was not judged.');
  return one.judged;
}

async function describe(
  options: PreviewOptions,
  request: SendRequest,
  prepared: Ready,
  judged: Judged,
  { row }: Applied,
  now: Date,
): Promise<PreviewedText> {
  const { encodingOf, verdicts, consents } = options;
  const profile = (row.smsc_id === null ? undefined : encodingOf?.(row.smsc_id)) ?? DEFAULT_ENCODING;
  // A text that is planned is judged again when its time has come, so the answer looks that far ahead.
  const at = row.status === 'scheduled' && row.schedule_for ? row.schedule_for : now;
  const then = at === now ? judged : await judgeOne(verdicts, prepared, at);
  const { status, topics } = await consents.status(row.mode, row.contact);
  const agreed = row.topic === null ? status : (topics[row.topic] ?? status);
  const consent = then.facts.optOut ? 'opted_out' : agreed;
  return {
    message: row,
    placed: prepared.placed,
    timeZones: then.place?.zones ?? zonesOf(row.contact),
    size: segment(row.body, profile, { encoding: request.encoding, flash: request.flash }),
    verdict: { ...(await paidOutcome(options, row, outcomeOf(then.judgement, at))), consent },
    lint: findings(options, request, prepared),
  };
}

/** What may be sent and cannot be paid for is refused last. */
async function paidOutcome({ money }: PreviewOptions, { mode, price }: MessageRow, outcome: Outcome): Promise<Outcome> {
  if (!outcome.allowed || (await money.balance.suffices(mode, [price]))) return outcome;
  const { code, detail } = insufficientBalance;
  return { ...outcome, allowed: false, refusal: { code, detail }, sendAt: null, sendBefore: null };
}

type Outcome = Omit<PreviewVerdict, 'consent'>;

function outcomeOf(judgement: Judgement, at: Date): Outcome {
  const nothing = { refusal: null, sendBefore: null, heldBy: null, rule: null };
  switch (judgement.kind) {
    case 'allow':
      return { ...nothing, allowed: true, sendAt: at, sendBefore: judgement.sendBefore };
    case 'hold': {
      const { until, reason, why } = judgement;
      const sendAt = until && until < NEVER ? until : null;
      return { ...nothing, allowed: true, sendAt, heldBy: reason, rule: why };
    }
    case 'reject': {
      const { error, detail, extra } = judgement;
      const rule = typeof extra['rule'] === 'string' ? extra['rule'] : null;
      return { ...nothing, allowed: false, refusal: { code: error.code, detail }, sendAt: null, rule };
    }
  }
}

function findings(
  options: PreviewOptions,
  request: SendRequest,
  { message, addedText }: Ready,
): readonly LintFinding[] {
  const { organisation, isHealth } = options;
  const { sender, optOutUrl } = linted(options, message);
  return lint({
    text: request.body,
    message_type: message.message_type,
    organisation,
    sender,
    addedOptOutText: addedText,
    optOutUrl,
    expectedWords: request.expect_reply ? wordsOf(request.expect_reply.match) : null,
    isHealth,
  });
}

/** Of a text whose recipient is not known; its link would be as long as any. */
function lintAlone(options: PreviewOptions, { text, message_type, from, mode }: LintedText) {
  const { organisation, isHealth } = options;
  const read = from === null ? null : parseSender(from);
  if (read && !read.ok) return null;
  const { sender, optOutUrl } = read ? linted(options, { mode, from: read.value, contact: '' }) : UNKNOWN_SENDER;
  const senderIsOneWay = sender?.type === 'alphanumeric';
  const isPromotional = message_type === 'promotional';
  const addedOptOutText = isPromotional
    ? withOptOutText({ text, language: null, senderIsOneWay, optOutUrl }).added
    : null;
  return lint({ text, message_type, organisation, sender, addedOptOutText, optOutUrl, expectedWords: null, isHealth });
}

const UNKNOWN_SENDER = { sender: null, optOutUrl: null };

function linted({ senders, optOutPage }: PreviewOptions, message: Pick<MessageRow, 'mode' | 'from' | 'contact'>) {
  const { from, mode } = message;
  const known = senders.list(mode).find(({ value }) => value === from);
  const sender = known ?? { value: from, type: typeOf(from), opt_out_managed_by: 'us' as const };
  const optOutUrl = sender.type === 'alphanumeric' ? (optOutPage?.linkFor(message).url ?? null) : null;
  return { sender, optOutUrl };
}

/** As the value itself tells. */
function typeOf(from: string): SenderType {
  const read = parseSender(from);
  if (!read.ok || read.kind === 'alphanumeric') return 'alphanumeric';
  if (read.kind === 'short_code') return 'short_code';
  return isTollFree(read.value) ? 'toll_free' : 'long_code';
}

/** The words that are waited for; an empty list where any text will do. */
function wordsOf(match: ExpectReply['match']): readonly string[] {
  if (!('type' in match)) return match;
  switch (match.type) {
    case 'choice':
      return match.choices;
    case 'approval':
      return [...(match.approve ?? []), ...(match.decline ?? [])];
    case 'free_text':
      return [];
  }
}
