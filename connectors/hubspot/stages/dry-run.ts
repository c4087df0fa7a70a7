import type { Clock } from '../../../server/clock.ts';
import type { SmsClient } from '../../sdk/index.ts';
import type { HubSpotClient } from '../api/client.ts';
import { findRecipientsOfAll, PLURALS } from '../people/recipients.ts';
import { fillVariables, propertiesFor, type StageRule, stagePropertyOf } from '../rules/stage-rule.ts';
import type { Portal } from '../store/portals.ts';

export interface DryRunOptions {
  readonly client: HubSpotClient;
  readonly sdk: Pick<SmsClient, 'numbers'>;
  readonly clock: Clock;
}

export interface DryRun {
  readonly records: number;
  readonly wouldText: number;
  /** Why the others would get nothing, and how many. */
  readonly blocked: Readonly<Record<string, number>>;
}

const WEEK_MS = 7 * 86_400_000;
const RECORDS_MAX = 50;

/** Whom a rule would text among the records that are at the stage and were changed in the last week. Nothing is sent. */
export async function dryRun({ client, sdk, clock }: DryRunOptions, portal: Portal, rule: StageRule): Promise<DryRun> {
  const { portalId, settings } = portal;
  const filters = [
    { propertyName: stagePropertyOf(rule.object), operator: 'EQ' as const, value: rule.stage },
    { propertyName: 'hs_lastmodifieddate', operator: 'GTE' as const, value: String(clock.now() - WEEK_MS) },
  ];
  const records = await client.search(portalId, PLURALS[rule.object], {
    groups: [filters],
    properties: propertiesFor(rule, 'record'),
    limit: RECORDS_MAX,
  });
  const blocked: Record<string, number> = {};
  let wouldText = 0;
  const found = await findRecipientsOfAll(
    { client, sdk },
    {
      portalId,
      settings,
      object: rule.object,
      policy: rule.recipients,
      properties: propertiesFor(rule, 'contact'),
    },
    records.map(({ id }) => id),
  );
  const judged = records.map((record, index) => {
    const recipients = found[index]?.recipients ?? [];
    if (recipients.length === 0) return ['no_contact'];
    return recipients.map((one) => (one.ok ? missingOf(rule, one.contact.properties, record.properties) : one.reason));
  });
  for (const reason of judged.flat()) {
    if (reason === null) wouldText += 1;
    else blocked[reason] = (blocked[reason] ?? 0) + 1;
  }
  return { records: records.length, wouldText, blocked };
}

type Values = Readonly<Record<string, string | null>>;

function missingOf(rule: StageRule, contact: Values, record: Values): string | null {
  const { missing } = fillVariables(rule, contact, record);
  return missing.length === 0 ? null : `no value for ${missing.join(', ')}`;
}
