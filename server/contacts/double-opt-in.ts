import { CHAIN_START } from '../rules/hash-chain.ts';
import type { Mode } from '../rules/message.ts';
import { isConfirmation } from '../rules/opt-in-request.ts';
import { lockChain } from '../store/consent-ledger.ts';
import { messageById } from '../store/messages.ts';
import { openOptInRequest, type OptInRequest, takeOptInRequest } from '../store/opt-in-requests.ts';
import { optOutsOf } from '../store/opt-outs.ts';
import { openReviewOf } from '../store/reviews.ts';
import { type ConsentOptions, optIn } from './consent.ts';
import { countryOf } from './said.ts';

/** A text from a phone that answers one of ours. */
export interface Answered {
  readonly id: string;
  readonly mode: Mode;
  readonly number: string;
  readonly body: string;
  /** The latest text that they have got; null = none. */
  readonly inReplyTo: string | null;
  readonly at: Date;
}

/**
 * Records the opt-in of a recipient who says yes to the request for it, in the transaction of the caller; false = it is
 * an ordinary text. Only while the request is the last text that they got: `yes` to anything else means something else.
 *
 * It locks the end of the consent chain before everything else, as STOP does, and asks again once it has it: a STOP that
 * is recorded at the same moment has ended the request.
 */
export async function hearConfirmation(options: ConsentOptions, answered: Answered): Promise<boolean> {
  const { database, ledger } = options;
  const { mode, number, body, inReplyTo: messageId, at } = answered;
  if (messageId === null || !isConfirmation(body)) return false;
  const request = await openOptInRequest(database, { mode, number, messageId }, at);
  if (!request) return false;
  await lockChain(database, mode, CHAIN_START);
  if (!(await takeOptInRequest(database, messageId))) return false;
  // Who has opted out, or may have, needs more than a letter.
  const optOuts = await optOutsOf(database, mode, number, ledger.numberHmac(number));
  const { topic } = request;
  if (optOuts.some((one) => one.topic === '*' || topic === '*' || one.topic === topic)) return false;
  if ((await openReviewOf(database, mode, number)) !== undefined) return false;
  await optIn(options, await decisionOf(options, answered, request), at);
  return true;
}

/** Both texts are the proof. */
async function decisionOf({ database }: ConsentOptions, answered: Answered, request: OptInRequest) {
  const { id, mode, number, body, at } = answered;
  const asked = await messageById(database, mode, request.message_id);
  return {
    mode,
    number,
    topic: request.topic,
    source: 'double_opt_in',
    channel: 'sms',
    method: 'keyword' as const,
    actor: null,
    jurisdiction: countryOf(number),
    language: request.language,
    keyword: null,
    messageId: id,
    evidence: {
      text: body.slice(0, EVIDENCE_MAX),
      disclosure: asked?.body.slice(0, EVIDENCE_MAX) ?? null,
      request_message_id: request.message_id,
      requested_at: request.created_at.toISOString(),
    },
    at,
    answerFrom: null,
  };
}

const EVIDENCE_MAX = 2_000;
