import { z } from 'zod';
import { inLine, masked } from './plain-words.ts';

/** What is told to the people who run the server, by type of event. */
export const ALERTS = [
  'smsc.down',
  'smsc.up',
  'webhook_endpoint.disabled',
  'balance.low',
  'api_key.anomaly',
  'api_key.expiring',
  'review.created',
] as const;
export type Alert = (typeof ALERTS)[number];

export const isAlert = (type: string): type is Alert => ALERTS.some((alert) => alert === type);

const WORD_MAX = 80;
const word = z
  .union([z.string(), z.number().transform(String)])
  .transform((value) => inLine(value, WORD_MAX))
  .catch('?');

/** One line of mrkdwn. `mode` is told where it is test: nobody has to get up at night for that. */
export function alertWords(type: Alert, data: Readonly<Record<string, unknown>>, mode: 'test' | 'live'): string {
  const line = WORDS[type]((name) => word.parse(data[name]));
  return mode === 'test' ? `${line} (test)` : line;
}

type Say = (name: string) => string;

const WORDS: Readonly<Record<Alert, (say: Say) => string>> = {
  'smsc.down': (say) => `🔴 Carrier *${say('smsc_id')}* is down: ${say('reason')}. Texts are accepted and wait.`,
  'smsc.up': (say) => `🟢 Carrier *${say('smsc_id')}* is up again.`,
  'webhook_endpoint.disabled': (say) =>
    `🔴 The webhook to *${say('host')}* was switched off (${say('reason')}). What it missed can be recovered.`,
  'balance.low': (say) => `🟠 The balance is low: ${say('remaining_balance')} ${say('currency')} left.`,
  'api_key.anomaly': (say) =>
    `🟠 Key *${say('api_key_id')}* sends more than is usual (${say('kind')}): above ${say('texts')} texts in ${say('seconds')} s.`,
  'api_key.expiring': (say) => `🟠 Key *${say('name')}* (${say('api_key_id')}) expires in ${say('days_left')} days.`,
  'review.created': (say) =>
    `🟠 A text to ${masked(say('number'))} needs a person: ${say('reason')}. It is in the review queue.`,
};
