import { randomBytes } from 'node:crypto';
import { sleep, systemClock } from '../../server/clock.ts';
import type { MessageView } from '../../server/rules/message-view.ts';
import type { Recorded } from './recording-smsc.ts';
import { until } from './until.ts';

/** A text that was answered with 202. */
export interface AcceptedText {
  readonly token: string;
  readonly messageId: string;
  readonly segments: number;
}

export interface Load {
  readonly accepted: readonly AcceptedText[];
  /** Answers other than 202, by status; a server that cannot be reached has none. */
  readonly refused: ReadonlyMap<number, number>;
  /** Tokens of texts that were posted and never answered: they may or may not have been accepted. */
  readonly unanswered: ReadonlySet<string>;
  /** Resolves once so many more texts were accepted. */
  acceptedMore(count: number): Promise<void>;
  /** No new texts; resolves when nothing is under way. */
  stop(): Promise<void>;
}

export interface LoadOptions {
  /** Where the server is now, and its key. */
  readonly target: () => { readonly url: string; readonly key: string };
  readonly concurrency?: number;
  /** How long each worker rests between texts while nobody waits for more. */
  readonly trickleMs?: number;
}

const REPOST_AFTER_MS = 50;

/**
 * Posts texts, each with a token of its own in every segment: as fast as they are accepted while somebody waits in
 * acceptedMore, otherwise a few now and then, so that a server that starts or recovers is neither left alone nor has
 * to share its processor. Half of them have an Idempotency-Key and are posted again until they are answered, as a
 * careful client does; the others once.
 */
export function startLoad({ target, concurrency = 24, trickleMs = 250 }: LoadOptions): Load {
  const accepted: AcceptedText[] = [];
  const refused = new Map<number, number>();
  const unanswered = new Set<string>();
  const name = randomBytes(3).toString('hex');
  let stopped = false;
  let count = 0;
  let goal = 0;
  let hurry = Promise.withResolvers<void>();
  const isEnough = () => accepted.length >= goal;

  async function work(): Promise<void> {
    while (!stopped) {
      if (isEnough()) await Promise.race([hurry.promise, sleep(systemClock, trickleMs)]);
      count += 1;
      const text = textNumber(name, count);
      unanswered.add(text.client_ref);
      const mayRepeat = count % 2 === 0;
      do await post(text, mayRepeat);
      while (mayRepeat && !stopped && unanswered.has(text.client_ref));
    }
  }

  async function post(text: LoadText, mayRepeat: boolean): Promise<void> {
    const { url, key } = target();
    const headers = {
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
      ...(mayRepeat && { 'idempotency-key': text.client_ref }),
    };
    try {
      const response = await fetch(`${url}/v1/messages/send`, { method: 'POST', headers, body: JSON.stringify(text) });
      const answer = (await response.json()) as MessageView;
      if (response.status !== 202) throw new Refused(response.status);
      unanswered.delete(text.client_ref);
      accepted.push({ token: text.client_ref, messageId: answer.message_id, segments: answer.segments });
    } catch (error) {
      if (error instanceof Refused) refused.set(error.status, (refused.get(error.status) ?? 0) + 1);
      await sleep(systemClock, isEnough() ? trickleMs : REPOST_AFTER_MS);
    }
  }

  const workers = Array.from({ length: concurrency }, work);
  return {
    accepted,
    refused,
    unanswered,
    async acceptedMore(more) {
      goal = accepted.length + more;
      hurry.resolve();
      hurry = Promise.withResolvers<void>();
      await until(() => accepted.length >= goal);
    },
    async stop() {
      stopped = true;
      hurry.resolve();
      await Promise.all(workers);
    },
  };
}

class Refused extends Error {
  readonly status: number;
  constructor(status: number) {
    super(`The answer was ${status}.`);
    this.status = status;
  }
}

type LoadText = ReturnType<typeof textNumber>;

/** One in five is promotional, one in seven has several segments, one in eleven is UCS-2. */
function textNumber(name: string, count: number) {
  const token = `${name}-${String(count).padStart(6, '0')}`;
  const isPromotional = count % 5 === 0;
  // With this a promotional text is sent as it is, and each of its parts has the token.
  const start = isPromotional ? 'Reply STOP to opt out ' : '';
  const once = count % 11 === 0 ? `<${token}>\u{1f44d}` : `<${token}>`;
  return {
    to: `+1415555${String(count % 10_000).padStart(4, '0')}`,
    from: '+15005550100',
    body: start + (count % 7 === 0 ? once.repeat(isPromotional ? 26 : 30) : once),
    message_type: isPromotional ? 'promotional' : 'transactional',
    client_ref: token,
  };
}

/** How often each segment of each text reached the carrier: token -> times by segment number. */
export function countSegments(recorded: readonly Recorded[]): Map<string, Map<number, number>> {
  const counts = new Map<string, Map<number, number>>();
  for (const { text, part } of recorded) {
    const token = /<([0-9a-f]{6}-\d{6})>/.exec(text)?.[1] ?? `no token: ${text}`;
    const parts = counts.get(token) ?? new Map<number, number>();
    counts.set(token, parts.set(part, (parts.get(part) ?? 0) + 1));
  }
  return counts;
}

/** Every text of a key as the API lists it, by its client_ref. A token that has two texts is a broken promise. */
export async function listTexts(url: string, key: string): Promise<Map<string, MessageView>> {
  const texts = new Map<string, MessageView>();
  for (let cursor: string | null = ''; cursor !== null;) {
    const page = await fetch(`${url}/v1/messages?limit=100${cursor && `&cursor=${encodeURIComponent(cursor)}`}`, {
      headers: { authorization: `Bearer ${key}` },
    });
    const { data, next_cursor } = (await page.json()) as { data: MessageView[]; next_cursor: string | null };
    for (const text of data) {
      const token = text.client_ref ?? '';
      if (texts.has(token)) throw new Error(`${token} was accepted as two texts.`);
      texts.set(token, text);
    }
    cursor = next_cursor;
  }
  return texts;
}
