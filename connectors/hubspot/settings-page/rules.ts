import { z } from 'zod';
import type { Clock } from '../../../server/clock.ts';
import type { SmsClient } from '../../sdk/index.ts';
import type { ConnectorLog } from '../../seam/connector.ts';
import type { Storage } from '../../seam/storage.ts';
import type { HubSpotClient } from '../api/client.ts';
import type { DryRunAnswer, RulesAnswer } from '../app/src/app/packages/ask/shapes.ts';
import { type Asker, asked, Refused } from '../cards/asked.ts';
import type { Route } from '../http/routes.ts';
import { stageRuleSchema } from '../rules/stage-rule.ts';
import { dryRun } from '../stages/dry-run.ts';
import { deleteRule, outcomesOfRule, putRule, rulesOf, type StoredRule } from '../store/rules.ts';
import { noneIfRefused, refuseUnlessMaySave } from './may-save.ts';

export interface RulesOptions {
  readonly storage: Storage;
  readonly client: HubSpotClient;
  readonly sdk: Pick<SmsClient, 'numbers' | 'templates'>;
  readonly clock: Clock;
  readonly log: ConnectorLog;
}

const RULES_MAX = 100;
const id = z.uuid();

/** Texts on a stage, without HubSpot's workflows: shown, changed, and tried on what is there. */
export function rulesRoutes(options: RulesOptions): readonly Route[] {
  const { storage, clock } = options;
  return [
    asked(storage, {
      method: 'GET',
      path: 'settings/rules',
      schema: z.object({}),
      answer: (asker) => rulesFor(options, asker),
    }),
    asked(storage, {
      method: 'PUT',
      path: 'settings/rules',
      schema: z.object({ id, isOn: z.boolean(), rule: stageRuleSchema }),
      async answer(asker, { id: ruleId, isOn, rule }) {
        const { portalId } = refuseUnlessMaySave(asker);
        const known = await rulesOf(storage, portalId);
        if (known.length >= RULES_MAX && !known.some((one) => one.id === ruleId))
          throw new Refused(400, 'INVALID_REQUEST', `An account has at most ${RULES_MAX} rules.`);
        await putRule(storage, portalId, ruleId, rule, isOn, new Date(clock.now()));
        return changed(options, asker, 'rule stored');
      },
    }),
    asked(storage, {
      method: 'DELETE',
      path: 'settings/rules',
      schema: z.object({ id }),
      async answer(asker, { id: ruleId }) {
        const { portalId } = refuseUnlessMaySave(asker);
        const wasThere = await deleteRule(storage, portalId, ruleId);
        if (!wasThere) throw new Refused(404, 'NOT_FOUND', 'This rule is gone already.');
        return changed(options, asker, 'rule deleted');
      },
    }),
    asked(storage, {
      method: 'POST',
      path: 'settings/rules/dry-run',
      schema: z.object({ rule: stageRuleSchema }),
      answer: async ({ portal }, { rule }) => (await dryRun(options, portal, rule)) satisfies DryRunAnswer,
    }),
  ];
}

function changed(options: RulesOptions, asker: Asker, what: string): Promise<RulesAnswer> {
  options.log.info(
    { portalId: asker.portal.portalId, userId: asker.userId, what },
    'stage rules of a HubSpot account changed',
  );
  return rulesFor(options, asker);
}

async function rulesFor({ storage, client, sdk }: RulesOptions, { portal }: Asker): Promise<RulesAnswer> {
  const { portalId } = portal;
  const [stored, templates, deal, ticket] = await Promise.all([
    rulesOf(storage, portalId),
    sdk.templates.list(),
    client.stages(portalId, 'deals').catch(noneIfRefused),
    client.stages(portalId, 'tickets').catch(noneIfRefused),
  ]);
  const shown = async ({ id: ruleId, rule, isOn, pausedReason }: StoredRule) => {
    const outcomes = (await outcomesOfRule(storage, ruleId)).map(({ outcome, count }) => [outcome ?? 'open', count]);
    return { id: ruleId, rule, isOn, pausedReason, outcomes: Object.fromEntries(outcomes) as Record<string, number> };
  };
  return {
    rules: await Promise.all(stored.map(shown)),
    stages: { deal, ticket },
    templates: templates.map(({ id: templateId, name, body }) => ({ id: templateId, name, body })),
  };
}
