import type { Clock } from '../../../../server/clock.ts';
import { signatureOf } from '../../ingress/verify.ts';
import type { Sockets } from './sockets.ts';
import { APP, type Channel, type Workspace } from './workspace.ts';

/** Sends what happens to the app, as the Events API does: signed, and again when it is not answered with 2xx in 3 s. */
export interface EventSender {
  send(event: Readonly<Record<string, unknown>>, channel?: Channel): void;
  /** Posts a signed body once, and answers what came back. */
  post(body: string, type: string, headers?: Readonly<Record<string, string>>): Promise<AppAnswer>;
  /** Each attempt to deliver an event. */
  readonly attempts: {
    readonly eventId: string;
    readonly retry: number;
    readonly status: number;
    /** Why it is told again; null = for the first time. */
    readonly reason: string | null;
  }[];
  /** What is sent meanwhile is kept back; `release` sends it, in the order that `arrange` makes of it. */
  hold(): void;
  release(arrange?: <Item>(items: Item[]) => Item[]): void;
  /** Resolves when no delivery is under way; retries may still be to come. */
  idle(): Promise<void>;
  stop(): void;
}

export interface AppAnswer {
  /** 0 = no answer. */
  readonly status: number;
  readonly body: string;
  readonly headers: Headers | null;
  /** It did not come within 3 s. */
  readonly isLate?: boolean;
}

export interface EventSenderOptions {
  readonly workspace: Workspace;
  readonly clock: Clock;
  readonly signingSecret: string;
  /** Where the app takes events. */
  readonly appUrl: () => string;
  /** Where it hears them instead, while it is connected. */
  readonly sockets: () => Pick<Sockets, 'count' | 'post'> | null;
}

const ANSWER_WITHIN_MS = 3_000;
/** After a failure: nearly at once, after a minute, after five. */
const RETRY_AFTER_MS = [0, 60_000, 300_000] as const;

export function createEventSender({
  workspace,
  clock,
  signingSecret,
  appUrl,
  sockets,
}: EventSenderOptions): EventSender {
  const attempts: EventSender['attempts'] = [];
  const underWay = new Set<Promise<void>>();
  const timers = new Set<() => void>();
  let kept: (() => void)[] | null = null;

  const post: EventSender['post'] = async (body, type, headers = {}) => {
    const connected = sockets();
    if (connected) return connected.post(body, type);
    const timestamp = String(Math.floor(clock.now() / 1_000));
    const late = new AbortController();
    const cancel = clock.after(ANSWER_WITHIN_MS, () => late.abort());
    try {
      const response = await fetch(appUrl(), {
        method: 'POST',
        body,
        redirect: 'manual',
        signal: late.signal,
        headers: {
          ...headers,
          'Content-Type': type,
          'X-Slack-Request-Timestamp': timestamp,
          'X-Slack-Signature': signatureOf(signingSecret, timestamp, body),
        },
      });
      return { status: response.status, body: await response.text(), headers: response.headers };
    } catch {
      return { status: 0, body: '', headers: null, isLate: late.signal.aborted };
    } finally {
      cancel();
    }
  };

  const deliver = (eventId: string, body: string, retry: number, reason: string | null): void => {
    const delivering = attempt(eventId, body, retry, reason).finally(() => underWay.delete(delivering));
    underWay.add(delivering);
  };

  async function attempt(eventId: string, body: string, retry: number, reason: string | null): Promise<void> {
    const headers: Record<string, string> =
      reason === null ? {} : { 'X-Slack-Retry-Num': String(retry), 'X-Slack-Retry-Reason': reason };
    const answer = await post(body, 'application/json', headers);
    attempts.push({ eventId, retry, status: answer.status, reason });
    const isTaken = answer.status >= 200 && answer.status < 300;
    const afterMs = RETRY_AFTER_MS[retry];
    if (isTaken || afterMs === undefined || answer.headers?.get('x-slack-no-retry') === '1') return;
    const cancel = clock.after(afterMs, () => {
      timers.delete(cancel);
      deliver(eventId, body, retry + 1, reasonOf(answer));
    });
    timers.add(cancel);
  }

  return {
    attempts,
    post,
    send(event, channel) {
      const eventId = workspace.nextId('Ev');
      const { id, enterprise, isEnterpriseInstall, bot } = workspace.team;
      const body = JSON.stringify({
        token: 'not-used',
        team_id: id,
        context_team_id: id,
        context_enterprise_id: enterprise,
        api_app_id: APP,
        event,
        type: 'event_callback',
        event_id: eventId,
        event_time: Math.floor(clock.now() / 1_000),
        authorizations: [
          {
            enterprise_id: enterprise,
            team_id: isEnterpriseInstall ? null : id,
            user_id: bot.userId,
            is_bot: true,
            is_enterprise_install: isEnterpriseInstall,
          },
        ],
        is_ext_shared_channel: channel?.isShared ?? false,
        event_context: `context-${eventId}`,
      });
      const go = () => deliver(eventId, body, 0, null);
      if (kept) kept.push(go);
      else go();
    },
    hold: () => void (kept ??= []),
    release(arrange = (items) => items) {
      const all = arrange(kept ?? []);
      kept = null;
      for (const go of all) go();
    },
    async idle() {
      while (underWay.size > 0) await Promise.all(underWay);
    },
    stop() {
      for (const cancel of timers) cancel();
    },
  };
}

/** The header says why (docs.slack.dev, "Events API", "Error handling"). */
function reasonOf({ status, isLate }: AppAnswer): string {
  if (isLate) return 'http_timeout';
  return status === 0 ? 'connection_failed' : 'http_error';
}
