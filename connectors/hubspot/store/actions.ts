import type { Queries } from '../../seam/storage.ts';

/** One text that is to be sent, decided once: a repetition of the call sends the same. */
export interface PlannedText {
  readonly contactId: string;
  /** The number is somebody else's, and the text about the contact; left out = it is theirs. */
  readonly isForeign?: boolean;
  readonly ownerId: string | null;
  readonly to: string;
  readonly from: string | null;
  readonly body: string;
  readonly type: 'transactional' | 'promotional' | 'conversational';
}

export interface Plan {
  readonly texts: readonly PlannedText[];
  /** Recipients that get nothing, by outcome. */
  readonly blocked: readonly string[];
  readonly waits: boolean;
  /** Contacts beyond those that are texted for one record; left out = none. */
  readonly leftOut?: number;
}

export interface ActionRow {
  readonly plan: Plan | null;
  /** What HubSpot was answered; null = not yet. */
  readonly answer: Readonly<Record<string, unknown>> | null;
  readonly waitsUntil: Date | null;
  readonly completedAt: Date | null;
}

interface Row {
  plan: Plan | null;
  answer: Readonly<Record<string, unknown>> | null;
  waits_until: Date | null;
  completed_at: Date | null;
}

export async function actionOf(on: Queries, portalId: number, callbackId: string): Promise<ActionRow | null> {
  const [row] = await on.query<Row>(
    'select plan, answer, waits_until, completed_at from actions where portal_id = $1 and callback_id = $2',
    [portalId, callbackId],
  );
  return row
    ? { plan: row.plan, answer: row.answer, waitsUntil: row.waits_until, completedAt: row.completed_at }
    : null;
}

export interface NewAction {
  readonly portalId: number;
  readonly callbackId: string;
  readonly objectType: string;
  readonly objectId: string;
  readonly plan: Plan;
}

/** The first plan stays, whoever else calls at the same time. */
export async function addAction(on: Queries, action: NewAction, at: Date): Promise<void> {
  const { portalId, callbackId, objectType, objectId, plan } = action;
  await on.query(
    `insert into actions (portal_id, callback_id, object_type, object_id, plan, created_at) values ($1, $2, $3, $4, $5, $6)
     on conflict (portal_id, callback_id) do nothing`,
    [portalId, callbackId, objectType, objectId, JSON.stringify(plan), at],
  );
}

/** The first answer stays. Answers it. */
export async function setAnswer(
  on: Queries,
  portalId: number,
  callbackId: string,
  answer: object,
  waitsUntil: Date | null,
  at: Date,
): Promise<Readonly<Record<string, unknown>>> {
  const [row] = await on.query<{ answer: Readonly<Record<string, unknown>> }>(
    `update actions set answer = coalesce(answer, $3::jsonb), waits_until = case when answer is null then $4::timestamptz else waits_until end,
       plan = case when $4::timestamptz is null then null else plan end,
       completed_at = case when answer is null and $4::timestamptz is null then $5::timestamptz else completed_at end
     where portal_id = $1 and callback_id = $2 returning answer`,
    [portalId, callbackId, JSON.stringify(answer), waitsUntil, at],
  );
  return row?.answer ?? {};
}

/** HubSpot calls again, and waits from the answer that it hears. Answers what it is answered. */
export async function waitAnew(
  on: Queries,
  portalId: number,
  callbackId: string,
  waitsUntil: Date,
): Promise<Readonly<Record<string, unknown>>> {
  const [row] = await on.query<{ answer: Readonly<Record<string, unknown>> }>(
    `update actions set waits_until = case when completed_at is null and waits_until is not null then $3::timestamptz
       else waits_until end
     where portal_id = $1 and callback_id = $2 returning answer`,
    [portalId, callbackId, waitsUntil],
  );
  return row?.answer ?? {};
}

/** Whoever calls again is answered how it ended. Nothing is kept of what was to be sent. */
export async function endAction(
  on: Queries,
  portalId: number,
  callbackId: string,
  answer: object,
  at: Date,
): Promise<void> {
  await on.query(
    `update actions set completed_at = $4, answer = $3::jsonb, plan = null where portal_id = $1 and callback_id = $2`,
    [portalId, callbackId, JSON.stringify(answer), at],
  );
}
