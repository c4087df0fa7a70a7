import type { Round } from './round.ts';

/** The medians of all rounds, and how the two systems compare. */
export function report(rounds: readonly Round[]): string {
  const lines = [false, true].flatMap((withReceipts) => summary(rounds, withReceipts));
  return `${lines.join('\n')}\n`;
}

export const HEAD = [
  'system',
  'receipts',
  'accept/s',
  'sent/s',
  'p50 ms',
  'p99 ms',
  '  CPU µs per text',
  'accepted',
  'lost',
  'refused',
];
const WIDTHS = [11, 9, 9, 7, 7, 8, 38, 9, 5, 8];
const LEFT = new Set([0, 6]);

export function row(texts: readonly string[]): string {
  return texts
    .map((text, at) => (LEFT.has(at) ? text.padEnd(WIDTHS[at] ?? 0) : text.padStart(WIDTHS[at] ?? 0)))
    .join(' ');
}

export function cells(round: Round): string[] {
  return [
    round.system,
    round.withReceipts ? 'yes' : 'no',
    String(round.acceptedPerSecond),
    String(round.sentPerSecond),
    round.p50Ms.toFixed(2),
    round.p99Ms.toFixed(2),
    describeCpu(round.cpuUs),
    String(round.accepted),
    String(round.lost),
    String(round.refused),
  ];
}

function describeCpu(cpuUs: Round['cpuUs']): string {
  if (!cpuUs) return '  no /proc here';
  const parts = Object.entries(cpuUs).map(([name, us]) => `${name} ${us}`);
  return `  ${total(cpuUs)} = ${parts.join(' + ')}`;
}

const total = (cpuUs: Readonly<Record<string, number>>) => Object.values(cpuUs).reduce((sum, us) => sum + us, 0);

function summary(rounds: readonly Round[], withReceipts: boolean): string[] {
  const of = (system: Round['system']) => {
    const mine = rounds.filter((round) => round.system === system && round.withReceipts === withReceipts);
    const cpu = mine.flatMap(({ cpuUs }) => (cpuUs ? [total(cpuUs)] : []));
    return mine.length === 0 ? null : { sent: median(mine.map((round) => round.sentPerSecond)), cpu: median(cpu) };
  };
  const [ours, kannel] = [of('SMS Bridge'), of('Kannel')];
  if (!ours) return [];
  const name = withReceipts ? 'with receipts and webhook' : 'without receipts';
  const alone = `${name}: median ${Math.round(ours.sent)} texts/s, ${Math.round(ours.cpu)} µs of processor per text`;
  if (!kannel) return [alone];
  const ratios = `${(ours.sent / kannel.sent).toFixed(2)} x the rate, ${(ours.cpu / kannel.cpu).toFixed(2)} x the processor time`;
  return [alone, `  beside Kannel in this run: ${ratios}`];
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? NaN)
    : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
}
