import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '../../../server/clock.ts';
import type { Storage } from '../../seam/storage.ts';
import type { SmsClient } from '../../sdk/index.ts';
import type { HubSpotClient } from '../api/client.ts';
import { type Acting, actingIn, mayChangeSettings } from '../http/acting.ts';
import { json, type Reply } from '../http/reply.ts';
import { parseJson, type Received, type Route } from '../http/routes.ts';
import { stageRuleSchema } from '../rules/stage-rule.ts';
import { deleteRule, outcomesOfRule, putRule, ruleById, rulesOf, type StoredRule } from '../store/rules.ts';
import { dryRun } from './dry-run.ts';

export interface StageRoutesOptions {
  readonly storage: Storage;
  readonly client: HubSpotClient;
  readonly sdk: Pick<SmsClient, 'numbers'>;
  readonly clock: Clock;
}

const putSchema = z.strictObject({ id: z.uuid().optional(), is_on: z.boolean(), rule: stageRuleSchema });
const idSchema = z.strictObject({ id: z.uuid() });
const trySchema = z.strictObject({ rule: stageRuleSchema });
const RULES_MAX = 200;

/** Stage rules for the settings page of an account: signed by HubSpot, with the user in the signed query. */
export function stageRoutes(options: StageRoutesOptions): Route[] {
  const { storage, clock } = options;
  const route = (
    method: Route['method'],
    path: string,
    handle: (acting: Acting, body: unknown) => Promise<Reply>,
  ): Route => ({
    method,
    path,
    signature: 'v3',
    handle: (request) => asUser(storage, request, method === 'GET', handle),
  });
  return [
    route('GET', 'rules', async ({ portal }) => {
      const rules = await rulesOf(storage, portal.portalId);
      return json({ data: await Promise.all(rules.map((rule) => shown(storage, rule))) });
    }),
    route('PUT', 'rules', async ({ portal }, body) => {
      const parsed = putSchema.safeParse(body);
      if (!parsed.success) return wrong(parsed.error);
      const { id = randomUUID(), rule, is_on } = parsed.data;
      if ((await rulesOf(storage, portal.portalId)).length >= RULES_MAX)
        return json({ message: 'There are too many rules.' }, 422);
      await putRule(storage, portal.portalId, id, rule, is_on, new Date(clock.now()));
      const stored = await ruleById(storage, portal.portalId, id);
      return stored ? json(await shown(storage, stored)) : json({ message: 'There is no such rule.' }, 404);
    }),
    route('POST', 'rules/delete', async ({ portal }, body) => {
      const parsed = idSchema.safeParse(body);
      if (!parsed.success) return wrong(parsed.error);
      const isGone = await deleteRule(storage, portal.portalId, parsed.data.id);
      return isGone ? json({}) : json({ message: 'There is no such rule.' }, 404);
    }),
    route('POST', 'rules/dry-run', async ({ portal }, body) => {
      const parsed = trySchema.safeParse(body);
      if (!parsed.success) return wrong(parsed.error);
      const { records, wouldText, blocked } = await dryRun(options, portal, parsed.data.rule);
      return json({ records, would_text: wouldText, blocked });
    }),
  ];
}

async function asUser(
  storage: Storage,
  { query, body }: Received,
  isReading: boolean,
  handle: (acting: Acting, body: unknown) => Promise<Reply>,
): Promise<Reply> {
  const acting = await actingIn(storage, query);
  if (!acting) return json({ message: 'The account is not connected.' }, 404);
  if (!isReading && !mayChangeSettings(acting))
    return json({ message: 'You may not change the settings of this account.' }, 403);
  return handle(acting, isReading ? null : parseJson(body));
}

const shown = async (storage: Storage, { id, rule, isOn, pausedReason, version }: StoredRule) => ({
  id,
  rule,
  is_on: isOn,
  /** Why it stopped itself. */
  paused_reason: pausedReason,
  version,
  outcomes: await outcomesOfRule(storage, id),
});

const wrong = (error: z.ZodError): Reply => {
  const [issue] = error.issues;
  return json({ message: issue?.message ?? 'It is not readable.', param: issue?.path.join('.') ?? null }, 422);
};
