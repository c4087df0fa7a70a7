import { mayReplyAutomatically } from '../rules/loop-guard.ts';
import type { Mode } from '../rules/message.ts';
import { helpAnswer, optInAnswer } from '../rules/opt-out-texts.ts';
import { programmeName } from '../rules/programme-name.ts';
import { automaticAnswers } from '../store/automatic-answers.ts';
import { type InternalTextOptions, sendInternal } from './internal-text.ts';
import type { Said } from './said.ts';

export interface AnswerOptions extends InternalTextOptions {
  readonly organisation: string | null;
  /** A number or address that HELP names; null = none. */
  readonly supportContact: string | null;
}

/** HELP is answered to everybody, to those who have opted out too, but once an hour. */
const HELP_EVERY_MS = 3_600_000;
const ANSWER_VALIDITY_SECONDS = 300;

export async function answerHelp(options: AnswerOptions, said: Said): Promise<void> {
  const lately = await automaticAnswers(options.database, said.mode, said.number, new Date(+said.at - HELP_EVERY_MS));
  if (lately.some(({ purpose }) => purpose === 'help_answer')) return;
  const { organisation, supportContact } = options;
  const { language } = said.intent;
  await answer(options, said, 'help_answer', helpAnswer({ organisation, supportContact, language }));
}

export async function answerOptIn(options: AnswerOptions, said: Said, topics: readonly string[]): Promise<void> {
  const organisation = programmeName(options.organisation, topics);
  await answer(options, said, 'opt_in_answer', optInAnswer({ organisation, language: said.intent.language }));
}

async function answer(
  options: AnswerOptions,
  said: Said,
  purpose: 'help_answer' | 'opt_in_answer',
  body: string,
): Promise<void> {
  if (!(await mayAnswer(options, said))) return;
  await sendInternal(options, {
    purpose,
    mode: said.mode,
    from: said.to,
    to: said.number,
    smscId: said.smscId,
    body,
    inReplyTo: said.messageId,
    validitySeconds: ANSWER_VALIDITY_SECONDS,
    at: said.at,
  });
}

/** Whether a machine may answer a text at all: two of them would never stop. */
export async function mayAnswer(
  { database }: Pick<InternalTextOptions, 'database'>,
  text: { readonly mode: Mode; readonly number: string; readonly body: string; readonly at: Date },
): Promise<boolean> {
  const lately = await automaticAnswers(database, text.mode, text.number, new Date(+text.at - HELP_EVERY_MS));
  const verdict = mayReplyAutomatically({
    text: text.body,
    repliedAt: lately.map(({ created_at }) => created_at),
    lastReply: lately[0]?.body ?? null,
    at: text.at,
  });
  return verdict.allowed;
}
