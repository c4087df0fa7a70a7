import type { MessageView } from '../../server/rules/message-view.ts';
import { type AcceptedText, countSegments, listTexts } from './load.ts';
import type { RunningServer } from './server-process.ts';
import type { SmscProcess } from './smsc-process.ts';
import { until } from './until.ts';

export interface Outcome {
  readonly texts: ReadonlyMap<string, MessageView>;
  /** Sentences; none when every promise was kept. */
  readonly broken: readonly string[];
  readonly flagged: number;
  /** Segments that reached the carrier more than once. */
  readonly duplicates: number;
}

const OPEN = new Set(['queued', 'sending']);

/** Waits until no live text is ours to send any more, then compares what was promised with what the carrier got. */
export async function outcomeOf(
  { url, keys }: RunningServer,
  smsc: SmscProcess,
  accepted: readonly AcceptedText[],
): Promise<Outcome> {
  const texts = await until(async () => {
    for (const status of OPEN) await until(async () => !(await isAny(url, keys.live, status)));
    const listed = await listTexts(url, keys.live);
    return ![...listed.values()].some(({ status }) => OPEN.has(status)) && listed;
  });
  const sent = countSegments(await smsc.recorded());
  const broken = [
    ...accepted
      .filter((one) => texts.get(one.token)?.message_id !== one.messageId)
      .map(({ token }) => `${token}: no row`),
    ...[...texts].flatMap(([token, text]) => faultsOf(token, text, sent.get(token) ?? NOTHING)),
    ...[...sent.keys()].filter((token) => !texts.has(token)).map((token) => `${token}: sent without a row`),
  ];
  const counts = [...sent.values()].flatMap((parts) => [...parts.values()]);
  const flagged = [...texts.values()].filter(({ ambiguous }) => ambiguous).length;
  return { texts, broken, flagged, duplicates: counts.filter((count) => count > 1).length };
}

/** Cheaper than the whole list, which is worth asking for once all are settled. */
async function isAny(url: string, key: string, status: string): Promise<boolean> {
  const page = await fetch(`${url}/v1/messages?status=${status}&limit=1`, {
    headers: { authorization: `Bearer ${key}` },
  });
  return ((await page.json()) as { data: MessageView[] }).data.length > 0;
}

const NOTHING: ReadonlyMap<number, number> = new Map();

function faultsOf(token: string, text: MessageView, sent: ReadonlyMap<number, number>): string[] {
  const faults: string[] = [];
  if ([...sent.values()].some((times) => times > 1) && !text.ambiguous) faults.push('sent twice and not flagged');
  if (text.status === 'held') {
    if (!text.ambiguous || text.hold_reason !== 'ambiguous') faults.push('held without a doubt');
  } else if (text.status !== 'sent' && text.status !== 'delivered') {
    faults.push(`ended as ${text.status} (${text.error?.code})`);
  } else {
    const missing = Array.from({ length: text.segments }, (_, index) => index + 1).filter((part) => !sent.has(part));
    if (missing.length > 0) faults.push(`${text.status}, but segments ${missing.join()} never reached the carrier`);
  }
  return faults.map((fault) => `${token}: ${fault}`);
}
