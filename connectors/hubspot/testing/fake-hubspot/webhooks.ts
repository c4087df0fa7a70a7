import { createHash } from 'node:crypto';
import type { Clock } from '../../../../server/clock.ts';
import { signV2, signV3 } from '../../http/signature.ts';
import type { Change } from './changes.ts';

export interface CallerOptions {
  readonly clock: Clock;
  readonly clientSecret: string;
  readonly appId: number;
}

export interface Called {
  readonly status: number;
  readonly text: string;
}

/** What is wrong with a request on purpose. */
export interface Tampering {
  readonly signature?: 'none' | 'wrong' | 'v1' | 'v2' | undefined;
  readonly timestamp?: string | undefined;
  /** Sent in place of what was signed. */
  readonly sentBody?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** HubSpot as the one who calls: signed by v3, and by v1 or v2 beside it ("Validating requests"). */
export function openCaller({ clock, clientSecret, appId }: CallerOptions) {
  /** Where the app is reached, and how it is called: they differ behind a proxy. */
  let target = { origin: '', publicOrigin: '' };

  async function call(method: string, path: string, body: string, tampering: Tampering = {}): Promise<Called> {
    const url = `${target.publicOrigin}${path}`;
    const timestamp = tampering.timestamp ?? String(clock.now());
    const signed = { method, url, body: Buffer.from(body), timestamp };
    const v1 = createHash('sha256')
      .update(clientSecret + body)
      .digest('hex');
    const v3 = tampering.signature === 'wrong' ? 'd3Jvbmc=' : signV3(clientSecret, signed);
    const headers: Record<string, string> = {
      'Content-Type': 'application/json',
      'X-HubSpot-Request-Timestamp': timestamp,
    };
    if (tampering.signature !== 'none' && tampering.signature !== 'v1' && tampering.signature !== 'v2')
      headers['X-HubSpot-Signature-v3'] = v3;
    if (tampering.signature !== 'none') {
      headers['X-HubSpot-Signature'] = tampering.signature === 'v2' ? signV2(clientSecret, signed) : v1;
      headers['X-HubSpot-Signature-Version'] = tampering.signature === 'v2' ? 'v2' : 'v1';
    }
    const response = await fetch(`${target.origin}${path}`, {
      method,
      headers: { ...headers, ...tampering.headers },
      ...(method === 'GET' ? {} : { body: tampering.sentBody ?? body }),
      signal: AbortSignal.timeout(10_000),
      redirect: 'manual',
    });
    return { status: response.status, text: await response.text() };
  }

  return {
    call,
    connect(origin: string, publicOrigin: string): void {
      target = { origin, publicOrigin };
    },
    origin: () => target.origin,
    events: (changes: readonly Change[], attempt: number) => changes.map((change) => eventOf(change, appId, attempt)),
  };
}

export type Caller = ReturnType<typeof openCaller>;

/** The same change has the same event id however often it is told; one id may stand for changes of two properties. */
function eventOf(change: Change, appId: number, attemptNumber: number): object {
  const { occurredAtMs, objectId, objectTypeId, merge, ordinal, ...told } = change;
  const hash = createHash('sha256').update(`${change.portalId}:${objectId}:${occurredAtMs}:${ordinal}`).digest();
  return {
    ...told,
    // Of those about all kinds of objects alone; contact.privacyDeletion says the kind by its name.
    ...(change.subscriptionType.startsWith('object.') ? { objectTypeId } : {}),
    ...merge,
    ...(merge ? { numberOfPropertiesMoved: 1 } : {}),
    eventId: hash.readUInt32BE(0),
    subscriptionId: 1_000,
    appId,
    objectId: Number(objectId),
    occurredAt: occurredAtMs,
    attemptNumber,
    sourceId: change.changeSource === 'CRM_UI' ? 'userId:77' : String(appId),
  };
}

export interface DeliveryOptions {
  readonly caller: Caller;
  readonly path: string;
  /** Which changes the app subscribed to. */
  readonly isWanted: (change: Change) => boolean;
}

/** developers.hubspot.com, "Webhooks": so many events at once, in no order, again when they were not answered 2xx. */
const BATCH_MAX = 100;

/** Changes wait until they are delivered, which a test does: in which order, how often, and how they are cut. */
export function openDeliveries({ caller, path, isWanted }: DeliveryOptions) {
  const waiting: Change[] = [];
  const attempts = new Map<Change, number>();
  return {
    waiting,
    add(change: Change): void {
      if (isWanted(change)) waiting.push(change);
    },
    /** Answers the statuses. What was not answered 2xx stays, as HubSpot repeats it. */
    async deliver(
      how: { readonly copies?: number; readonly isReversed?: boolean; readonly batchMax?: number } = {},
    ): Promise<number[]> {
      const { copies = 1, isReversed = false, batchMax = BATCH_MAX } = how;
      const changes = waiting.splice(0);
      if (isReversed) changes.reverse();
      const statuses: number[] = [];
      for (let at = 0; at < changes.length; at += batchMax) {
        const some = changes.slice(at, at + batchMax);
        const attempt = attempts.get(some[0] as Change) ?? 0;
        const body = JSON.stringify(caller.events(some, attempt));
        for (let copy = 0; copy < copies; copy += 1) {
          const { status } = await caller.call('POST', path, body).catch(() => ({ status: 0 }));
          statuses.push(status);
          if (status >= 200 && status < 300) continue;
          for (const change of some) attempts.set(change, attempt + 1);
          if (copy === 0) waiting.push(...some);
        }
      }
      return statuses;
    },
  };
}
