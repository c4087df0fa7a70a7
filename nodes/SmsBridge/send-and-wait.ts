import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { SendMessageAnswer, SendMessageBody } from './contract.ts';
import { done, type Outcome, unreachable, wrongParameter } from './failures.ts';
import { hint } from './hints.ts';
import { itemKey } from './idempotency.ts';
import { attemptItem, itemsOf } from './items.ts';
import { asText, labelsOf, momentOf, optionsOf, wordsOf } from './parameters.ts';
import { sendBody } from './send-body.ts';
import { noAnswer } from './take-answer.ts';
import { call } from './transport.ts';

/**
 * Sends the question of the first item with an address for its answer, and parks the execution. One execution waits
 * for one answer; who asks several people runs a sub-workflow for each.
 */
export async function sendAndWait(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
  const items = context.getInputData();
  const asked = await attemptItem(() => ask(context));
  if (!asked.ok) return [itemsOf(context, [asked])];
  if (items.length > 1) hint(context, [ONE_ANSWER]);
  markTimeOut(context);
  await context.putExecutionToWait(new Date(asked.value.getTime() + GRACE_MS));
  return [items.slice(0, 1)];
}

const ONE_ANSWER = {
  message:
    'One execution waits for one answer, so only the first item was asked. To ask each, call a sub-workflow once per item.',
};

/** The server says when the time is over; n8n's own alarm is for when the server cannot. */
const GRACE_MS = 60_000;

/** Answers when the server stops waiting. */
async function ask(context: IExecuteFunctions): Promise<Outcome<Date>> {
  const body = questionOf(context);
  if (!body.ok) return body;
  const request = { method: 'POST', path: '/v1/messages/send', body: body.value } as const;
  const sent: Outcome<SendMessageAnswer> = await call(context, { ...request, idempotencyKey: itemKey(context, 0) });
  if (!sent.ok) return sent;
  const { expect_reply, warnings } = sent.value;
  hint(context, warnings);
  if (!expect_reply) return { ok: false, failure: unreachable('The server is too old to wait for replies.') };
  return done(new Date(expect_reply.expires_at));
}

function questionOf(context: IExecuteFunctions): Outcome<SendMessageBody> {
  const text = sendBody(context, 0);
  if (!text.ok) return text;
  const match = matchOf(context);
  if (!match.ok) return match;
  const seconds = timeoutSeconds(context, text.value.schedule_for);
  if (!seconds.ok) return seconds;
  const callback_url = context.getSignedResumeUrl();
  const expect_reply = { match: match.value, timeout_seconds: seconds.value, callback_url };
  return done({ ...text.value, body: withChoices(context, text.value.body ?? ''), expect_reply });
}

type Match = NonNullable<NonNullable<SendMessageBody['expect_reply']>['match']>;

/** The server reads the answers: it knows yes and no in many languages. */
function matchOf(context: IExecuteFunctions): Outcome<Match> {
  switch (context.getNodeParameter('responseType', 0, 'approval')) {
    case 'freeText':
      return done({ type: 'free_text' });
    case 'choice': {
      const choices = choicesOf(context);
      if (choices.length < 2) return wrongParameter("'Choices' has less than two labels", 'Add what may be answered.');
      return done({ type: 'choice', choices, ...reminderOf(context.getNodeParameter('reminder', 0, '')) });
    }
    default: {
      const { approve, decline, reminder } = optionsOf(context, 'approvalOptions.values', 0);
      return done({ type: 'approval', approve: wordsOf(approve), decline: wordsOf(decline), ...reminderOf(reminder) });
    }
  }
}

function reminderOf(reminder: unknown): { readonly reminder?: string } {
  return asText(reminder) === '' ? {} : { reminder: asText(reminder) };
}

const choicesOf = (context: IExecuteFunctions) => labelsOf(context.getNodeParameter('choices.values', 0, []));

function withChoices(context: IExecuteFunctions, body: string): string {
  if (context.getNodeParameter('responseType', 0, 'approval') !== 'choice') return body;
  return [body, ...choicesOf(context).map((label, index) => `${index + 1} ${label}`)].join('\n');
}

const WAIT_SECONDS_MAX = 30 * 86_400;
const UNIT_SECONDS: Readonly<Record<string, number>> = { minutes: 60, hours: 3_600, days: 86_400 };

/** From when the text goes. The server takes 1 s to 30 days. */
function timeoutSeconds(context: IExecuteFunctions, scheduledFor: string | null | undefined): Outcome<number> {
  const limit = optionsOf(context, 'options.limitWaitTime.values', 0);
  if (Object.keys(limit).length === 0) return done(WAIT_SECONDS_MAX);
  if (limit['limitType'] !== 'atSpecifiedTime') {
    const unit = UNIT_SECONDS[asText(limit['resumeUnit'])] ?? 3_600;
    return inRange(Math.round(Number(limit['resumeAmount'] ?? 1) * unit));
  }
  const until = momentOf(context, limit['maxDateAndTime'], 'Max Date and Time');
  if (!until.ok) return until;
  const from = scheduledFor ? Date.parse(scheduledFor) : Date.now();
  // In whole minutes: a try that n8n repeats at once is the same request then, and asks nobody twice.
  return inRange(Math.ceil((Date.parse(until.value) - from) / 60_000) * 60);
}

function inRange(seconds: number): Outcome<number> {
  if (seconds >= 1 && seconds <= WAIT_SECONDS_MAX) return done(seconds);
  return wrongParameter("'Limit Wait Time' is out of range", 'Choose a time that is ahead, at most 30 days.');
}

/**
 * When n8n's own alarm ends the wait, the node hands on its input: so that says that nobody has answered. The fields of
 * the input stay, because expressions of the node are worked out from them once more when the answer comes.
 */
function markTimeOut(context: IExecuteFunctions): void {
  const { data } = context.getExecuteData();
  const [first] = context.getInputData();
  const answer = noAnswer(context.getNodeParameter('responseType', 0, 'approval'), 'timedOut');
  data['main'] = [[{ ...first, json: { ...first?.json, data: answer } }]];
}
