import type { Clock } from '../../../server/clock.ts';
import type { Queries, Storage } from '../../seam/storage.ts';
import { addTask, type TaskOutcome } from '../../seam/tasks.ts';
import type { SmsClient } from '../../sdk/index.ts';
import { sendText } from '../actions/send-text.ts';
import type { HubSpotClient, HubSpotRecord } from '../api/client.ts';
import type { CrmEvent } from '../events/ingest.ts';
import { findRecipients, type Found, PLURALS, type Recipient } from '../people/recipients.ts';
import { senderFor } from '../people/senders.ts';
import { fillVariables, judgeChange, propertiesFor, settleMs, stagePropertyOf } from '../rules/stage-rule.ts';
import type { Portal } from '../store/portals.ts';
import { addHit, countHits, endHit, type Hit, pauseRule, ruleById, rulesOf, type StoredRule } from '../store/rules.ts';

export interface StagesOptions {
  readonly storage: Storage;
  readonly client: HubSpotClient;
  readonly sdk: Pick<SmsClient, 'sms' | 'numbers'>;
  readonly clock: Clock;
}

export interface RuleTask {
  readonly portalId: number;
  readonly ruleId: string;
  readonly object: 'deal' | 'ticket';
  readonly objectId: string;
  readonly stage: string;
  readonly occurredAtMs: number;
  /** How long it was to settle before it is looked at; left out = not at all. */
  readonly settledMs?: number;
}

/**
 * A record came to a stage. Which rules that concerns is written down; each is looked at when the change has settled, from
 * when we hear of it: what came together is told one after the other, and all of it has to be counted first.
 */
export async function noteStage(
  options: Pick<StagesOptions, 'storage' | 'clock'>,
  event: CrmEvent,
): Promise<(tx: Queries) => Promise<void>> {
  const { storage, clock } = options;
  const { portalId, object, objectId, value: stage, occurredAtMs, source } = event;
  const rules = (await rulesOf(storage, portalId)).filter(
    ({ rule, isOn }) => isOn && rule.object === object && rule.stage === stage,
  );
  const at = new Date(clock.now());
  return async (tx) => {
    for (const { id: ruleId, rule } of rules) {
      const occurredAt = new Date(occurredAtMs);
      if (stage === null || !(await addHit(tx, { ruleId, objectId, stage, occurredAt }))) continue;
      const key = `rule:${ruleId}:${objectId}:${stage}:${occurredAt.toISOString()}`;
      // Another rule may look at the same record while this one waits for its hours.
      const lane = `rule:${portalId}:${object}:${objectId}:${ruleId}`;
      const settledMs = settleMs(rule, source);
      const payload = { portalId, ruleId, object, objectId, stage, occurredAtMs, settledMs };
      const dueAt = new Date(Math.max(at.getTime(), occurredAtMs) + settledMs);
      await addTask(tx, { key, lane, kind: 'rule', payload, dueAt }, at);
    }
  };
}

/** Acts on what the record says now, not on what the event said. */
export async function runRule(options: StagesOptions, portal: Portal, task: RuleTask): Promise<TaskOutcome> {
  const { storage, clock } = options;
  const stored = await ruleById(storage, portal.portalId, task.ruleId);
  if (!stored) return { type: 'done' };
  const hit = {
    ruleId: task.ruleId,
    objectId: task.objectId,
    stage: task.stage,
    occurredAt: new Date(task.occurredAtMs),
  };
  const now = clock.now();
  const { changes, texts } = await countHits(storage, task.ruleId, hit.occurredAt, new Date(now));
  const known = {
    rule: stored.rule,
    wasFor: task,
    isOn: stored.isOn,
    occurredAtMs: task.occurredAtMs,
    settledMs: task.settledMs ?? 0,
    nowMs: now,
    zone: portal.timeZone,
    changesLastMinute: changes,
    textsLastHour: texts,
  };
  // What an import moves is not even read.
  const early = judgeChange({ ...known, stage: stored.rule.stage });
  const record =
    early.type === 'send' ? await readRecord(options.client, portal.portalId, stored, task.objectId) : null;
  const stage = record?.properties[stagePropertyOf(stored.rule.object)] ?? null;
  const verdict = early.type === 'send' ? judgeChange({ ...known, stage }) : early;
  if (verdict.type === 'wait') return { ...verdict, reason: 'outside the hours of the rule' };
  if (verdict.type === 'skip') return ended(hit, 'skipped', verdict.reason, now);
  if (verdict.type === 'pause') {
    await pauseRule(storage, stored.id, verdict.reason, new Date(now));
    return ended(hit, 'skipped', 'rule_off', now);
  }
  return textAll(options, portal, stored, record ?? { id: task.objectId, properties: {} }, hit);
}

const ended = (hit: Hit, outcome: string, detail: string, nowMs: number): TaskOutcome => ({
  type: 'done',
  record: (tx) => endHit(tx, hit, outcome, detail, new Date(nowMs)),
});

async function readRecord(
  client: HubSpotClient,
  portalId: number,
  { rule }: StoredRule,
  id: string,
): Promise<HubSpotRecord | null> {
  const properties = [stagePropertyOf(rule.object), 'hubspot_owner_id', ...propertiesFor(rule, 'record')];
  const [record] = await client.read(portalId, PLURALS[rule.object], [id], properties);
  return record ?? null;
}

async function textAll(
  options: StagesOptions,
  portal: Portal,
  stored: StoredRule,
  record: HubSpotRecord,
  hit: Hit,
): Promise<TaskOutcome> {
  const details: string[] = [];
  let sent = 0;
  const { recipients, leftOut } = await recipientsOf(options, portal, stored, record.id);
  for (const one of recipients) {
    const detail = one.ok ? await textOne(options, portal, stored, record, one, hit) : one.reason;
    if (detail === null) sent += 1;
    else details.push(detail);
  }
  if (leftOut > 0) details.push(`${leftOut} more left out`);
  if (sent === 0 && details.length === 0) details.push('no_contact');
  return ended(hit, sent > 0 ? 'sent' : 'skipped', details.join(', '), options.clock.now());
}

function recipientsOf(options: StagesOptions, portal: Portal, { rule }: StoredRule, objectId: string): Promise<Found> {
  const { portalId, settings } = portal;
  const properties = propertiesFor(rule, 'contact');
  return findRecipients(options, {
    portalId,
    settings,
    object: rule.object,
    objectId,
    policy: rule.recipients,
    properties,
  });
}

/** Null: the server took it. Else why not. */
async function textOne(
  options: StagesOptions,
  portal: Portal,
  stored: StoredRule,
  record: HubSpotRecord,
  one: Recipient & { ok: true },
  hit: Hit,
): Promise<string | null> {
  const { rule } = stored;
  const { portalId, settings } = portal;
  const { values, missing } = fillVariables(rule, one.contact.properties, record.properties);
  if (missing.length > 0) return `no value for ${missing.join(', ')}`;
  const ownerId = one.contact.properties['hubspot_owner_id'] || record.properties['hubspot_owner_id'] || null;
  const origin = {
    portalId,
    source: 'rule' as const,
    objectType: rule.object,
    objectId: record.id,
    callbackId: null,
    ruleId: stored.id,
  };
  const text = {
    contactId: one.contactId,
    ownerId,
    to: one.number,
    from: senderFor(settings, rule.sender, ownerId),
    body: rule.body ?? '',
    templateId: rule.template_id,
    type: rule.message_class === 'marketing' ? ('promotional' as const) : ('transactional' as const),
    held: settings,
    ...(Object.keys(values).length === 0 ? {} : { variables: values }),
  };
  const key = `hubspot:${portalId}:${stored.id}:${record.id}:${hit.stage}:${hit.occurredAt.toISOString()}:${one.contactId}`;
  const result = await sendText(options, origin, text, key, new Date(options.clock.now()));
  return result.type === 'refused' ? `${result.outcome}: ${result.detail}` : null;
}
