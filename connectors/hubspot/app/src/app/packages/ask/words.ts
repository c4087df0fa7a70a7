import type { Line } from './shapes.ts';

/** A status in words. What was accepted is not sent yet, and what was sent is not delivered yet. */
export function sayStatus({ status, error, ambiguous, direction }: Line): string {
  if (direction === 'inbound') return 'Received';
  const said = WORDS[status] ?? status;
  const reason = error === null ? '' : `: ${error}`;
  return `${said}${reason}${ambiguous ? ' (possibly twice)' : ''}`;
}

const WORDS: Readonly<Record<string, string>> = {
  scheduled: 'Scheduled',
  held: 'Waits',
  queued: 'Accepted',
  sending: 'Being sent',
  sent: 'Sent, no receipt yet',
  delivered: 'Delivered',
  undelivered: 'Not delivered',
  failed: 'Failed',
  rejected: 'Not sent',
  expired: 'No receipt in time',
  canceled: 'Canceled',
};

export function toneOf({ status, direction }: Line): 'success' | 'danger' | 'info' | 'default' {
  if (direction === 'inbound') return 'info';
  if (status === 'delivered') return 'success';
  return ['undelivered', 'failed', 'rejected', 'expired', 'canceled'].includes(status) ? 'danger' : 'default';
}
