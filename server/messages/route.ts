import { randomBytes } from 'node:crypto';
import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { Mode } from '../rules/message.ts';
import { detour, planRoute, type RoutePlan, type RouteQuestion, type RouteRule } from '../rules/routing.ts';
import type { SendQueue } from '../queue/send-queue.ts';
import type { Database } from '../store/database.ts';
import { deleteRoute, insertRoute, lockQueuedFor, type QueuedText, replan, selectRoutes } from '../store/routes.ts';
import type { Carriers } from './carrier.ts';
import { type Health, routable } from './health.ts';
import { announceTexts } from './lane.ts';
import type { NetworkOf } from './portability.ts';

/** What is asked about a text; the rest of a RouteQuestion is looked up. */
export type RoutedText = Pick<RouteQuestion, 'mode' | 'to' | 'from' | 'message_type' | 'country'> & {
  readonly tried?: readonly string[] | null;
};

/** Which carrier a text goes by. Explaining, accepting and failing over all ask `plan`. */
export interface Routing {
  plan(text: RoutedText): Promise<RoutePlan>;
  /** The carrier that comes after `refusedBy` has refused a text; null = there is none that works. */
  after(text: RoutedText, refusedBy: string): Promise<string | null>;
  /** Moves queued texts from a carrier that is down to one that works. Answers the ids that stay: nothing else takes them. */
  moveAway(smscId: string, ids: readonly string[]): Promise<string[]>;
  /** Plans queued texts whose carrier is gone (null = they never had one). */
  adopt(smscId: string | null, ids: readonly string[]): Promise<void>;
  rules(mode: Mode): readonly RouteRule[];
  add(rule: NewRule): Promise<AddedRule>;
  remove(mode: Mode, id: string): Promise<boolean>;
  /** Reads the rules that other servers may have changed. */
  refresh(): Promise<void>;
}

export interface RoutingOptions {
  readonly database: Database;
  readonly queue: Pick<SendQueue, 'announce'>;
  readonly carriers: Carriers;
  readonly health: Health;
  readonly networkOf: NetworkOf;
  /** The carriers that know a sender; null = all of them. */
  readonly carriersOfSender: (mode: Mode, from: string) => readonly string[] | null;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'info'>;
}

export type NewRule = Omit<RouteRule, 'id'>;

export type AddedRule =
  | { readonly ok: true; readonly rule: RouteRule }
  | { readonly ok: false; readonly reason: 'no_such_carrier' | 'too_many_rules' };

/** Each mode has so many rules at most: all of them are read for every text. */
export const RULES_MAX = 1_000;

export async function openRouting(options: RoutingOptions): Promise<Routing> {
  const { database, carriers, health, clock } = options;
  let rules: readonly RouteRule[] = await selectRoutes(database);
  const refresh = async () => {
    rules = await selectRoutes(database);
  };
  const plan = async (text: RoutedText) => {
    const question: RouteQuestion = {
      ...text,
      tried: text.tried ?? [],
      network: await options.networkOf(text.to),
      sender_carriers: options.carriersOfSender(text.mode, text.from),
    };
    const all = carriers.all().map((carrier) => routable(carrier, health.of(carrier.id)));
    return planRoute(question, rules, all);
  };
  const isAlone = (smscId: string) => {
    const mode = carriers.get(smscId)?.mode;
    return carriers.all().every((carrier) => carrier.mode !== mode || carrier.id === smscId);
  };
  return {
    plan,
    async after(text, refusedBy) {
      if (isAlone(refusedBy)) return null;
      return detour(await plan({ ...text, tried: [...(text.tried ?? []), refusedBy] }), refusedBy);
    },
    async moveAway(smscId, ids) {
      if (isAlone(smscId)) return [...ids];
      return moveTexts(options, smscId, ids, async (text) =>
        text.is_partly_sent ? null : detour(await plan(text), smscId),
      );
    },
    async adopt(smscId, ids) {
      await moveTexts(options, smscId, ids, async (text) => (await plan(text)).routes[0]?.smsc_id ?? null);
    },
    rules: (mode) => rules.filter((rule) => rule.mode === mode),
    async add(wanted) {
      if (carriers.get(wanted.smsc_id)?.mode !== wanted.mode) return { ok: false, reason: 'no_such_carrier' };
      await refresh();
      if (rules.filter(({ mode }) => mode === wanted.mode).length >= RULES_MAX) {
        return { ok: false, reason: 'too_many_rules' };
      }
      const rule = { ...wanted, id: `route_${randomBytes(8).toString('hex')}` };
      await insertRoute(database, rule, new Date(clock.now()));
      await refresh();
      return { ok: true, rule };
    },
    async remove(mode, id) {
      const removed = await deleteRoute(database, mode, id);
      await refresh();
      return removed;
    },
    refresh,
  };
}

/** Plans, stores and announces in one transaction. Answers the ids for which there is no other carrier. */
async function moveTexts(
  { database, queue, log }: RoutingOptions,
  smscId: string | null,
  ids: readonly string[],
  planFor: (text: QueuedText) => Promise<string | null>,
): Promise<string[]> {
  return database.transaction(async () => {
    const texts = await lockQueuedFor(database, ids, smscId);
    const planned = await Promise.all(texts.map(async (text) => ({ ...text, smsc_id: await planFor(text) })));
    const moved = planned.flatMap((text) =>
      text.smsc_id === null || text.smsc_id === smscId ? [] : [{ ...text, smsc_id: text.smsc_id }],
    );
    if (moved.length > 0) {
      await replan(database, moved);
      await announceTexts(queue, moved);
      log.info({ from: smscId, texts: moved.length }, 'texts moved to another carrier');
    }
    const gone = new Set(moved.map(({ id }) => id));
    return planned.filter(({ id }) => !gone.has(id)).map(({ id }) => id);
  });
}
