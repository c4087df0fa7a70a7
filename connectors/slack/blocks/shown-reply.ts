import { inLine } from '../rules/plain-words.ts';
import type { Reply } from '../store/replies.ts';
import { actions, context, words } from './blocks.ts';
import { valueOf } from './asks.ts';
import { type Content, dateIn } from './card.ts';

const PREVIEW_MAX = 150;

/** What somebody wrote in a dialog, as the thread shows it: the words, whose they are, what has become of them. */
export function shownReply(reply: Reply, key: string): Content {
  const { author, text } = reply;
  const by = `SMS of <@${author}>`;
  return {
    text: `${by}: ${inLine(text, PREVIEW_MAX)}`,
    blocks: [
      words(text, key),
      context(`✉️ ${by}  ·  ${standing(reply)}`),
      ...(isCancelable(reply)
        ? [
            actions([
              {
                id: 'cancel_scheduled',
                label: 'Cancel',
                value: valueOf(reply),
                style: 'danger',
                confirm: { title: 'Cancel this SMS?', text: 'It will not be sent.', yes: 'Do not send it' },
              },
            ]),
          ]
        : []),
    ],
  };
}

/** While nobody has said that it has left or will not. */
const isCancelable = ({ schedule_for, outcome, state }: Reply) =>
  schedule_for !== null && (outcome === null || outcome === 'scheduled') && state !== 'canceled' && state !== 'refused';

const MARKS: Readonly<Record<string, string>> = {
  delivered: '✅',
  'not delivered': '❌',
  failed: '❌',
  expired: '❌',
  refused: '❌',
  canceled: '⛔',
};

function standing({ state, reason, outcome, schedule_for: at }: Reply): string {
  if (state === 'canceled') return '⛔ canceled: not sent';
  if (state === 'refused') return reason === 'opted_out' ? '⛔ not sent: the contact has opted out' : '❌ not sent';
  if (state === 'held') return '✋ held';
  if (state === 'internal') return '🔒 kept internal';
  if (at !== null && (outcome === null || outcome === 'scheduled')) return `⏰ scheduled for ${dateIn(at)}`;
  if (outcome === null) return 'on its way';
  const [says = ''] = outcome.split(' (', 1);
  return `${MARKS[says] ?? '☑️'} ${inLine(outcome, PREVIEW_MAX)}`;
}
