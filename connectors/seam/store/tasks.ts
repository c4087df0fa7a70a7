import type { Queries } from '../storage.ts';

/** Tables of what a connector has to do, for its first migration. */
export const TASK_TABLES = [
  `create table tasks (
    key text primary key,
    lane text not null,
    rank numeric not null default 0,
    seq bigint generated always as identity,
    kind text not null,
    payload jsonb not null,
    due_at timestamptz not null,
    tries integer not null default 0,
    reason text,
    created_at timestamptz not null,
    done_at timestamptz,
    given_up boolean not null default false
  )`,
  `create index tasks_waiting on tasks (lane, rank, seq) where done_at is null`,
  `create index tasks_done on tasks (done_at) where done_at is not null`,
  `create table cursors (name text primary key, event_id text not null)`,
] as const;

export interface NewTask {
  /** The same key is one task, however often it is added. */
  readonly key: string;
  /** Tasks of a lane are done one by one. */
  readonly lane: string;
  /** Goes before the order of arrival within its lane; 0 when left out. */
  readonly rank?: string | undefined;
  readonly kind: string;
  readonly payload: object;
  readonly dueAt: Date;
}

export interface Task {
  readonly key: string;
  readonly lane: string;
  readonly kind: string;
  /** As it was added: whoever added it knows its shape. */
  readonly payload: unknown;
  readonly due_at: Date;
  /** How often it was begun before. More than 0: its effect may be there already. */
  readonly tries: number;
  readonly created_at: Date;
}

/** False: there is one with this key already. */
export async function addTask(on: Queries, task: NewTask, at: Date): Promise<boolean> {
  const rows = await on.query(
    `insert into tasks (key, lane, rank, kind, payload, due_at, created_at) values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (key) do nothing returning key`,
    [task.key, task.lane, task.rank ?? '0', task.kind, JSON.stringify(task.payload, storable), task.dueAt, at],
  );
  return rows.length > 0;
}

/** PostgreSQL keeps neither NUL nor halves of characters; what somebody sent must not fail for it, again and again. */
const storable = (_name: string, value: unknown): unknown =>
  typeof value === 'string' ? value.replaceAll('\u0000', '').toWellFormed() : value;

/** Many at once, in one statement. Whoever adds the same ones at the same time has to give them in the same order. */
export async function addTasks(on: Queries, tasks: readonly NewTask[], at: Date): Promise<void> {
  const column = <Value>(pick: (task: NewTask) => Value) => tasks.map(pick);
  await on.query(
    `insert into tasks (key, lane, rank, kind, payload, due_at, created_at)
     select key, lane, rank, kind, payload, due_at, $7::timestamptz
     from unnest($1::text[], $2::text[], $3::numeric[], $4::text[], $5::jsonb[], $6::timestamptz[])
       with ordinality as given (key, lane, rank, kind, payload, due_at, place) order by place
     on conflict (key) do nothing`,
    [
      column(({ key }) => key),
      column(({ lane }) => lane),
      column(({ rank }) => rank ?? '0'),
      column(({ kind }) => kind),
      column(({ payload }) => JSON.stringify(payload, storable)),
      column(({ dueAt }) => dueAt),
      at,
    ],
  );
}

/** The first task of each lane that has any. */
export function firstOfLanes(on: Queries): Promise<Task[]> {
  return on.query(
    `select distinct on (lane) key, lane, kind, payload, due_at, tries, created_at from tasks
     where done_at is null order by lane, rank, seq`,
  );
}

export interface Fairly {
  readonly now: Date;
  /** Kinds, the most urgent first; any other comes after them. */
  readonly urgent: readonly string[];
  /** Lanes that are being worked on. */
  readonly besides: readonly string[];
  /** Tasks of one share. */
  readonly max: number;
}

/**
 * First tasks of lanes, in the order in which to begin them: a lane belongs to the share that its second part names, and
 * shares take turns. One of them may have ten thousands of lanes: what cannot be begun now is not read, except for the
 * next that will be due.
 */
export function fairlyFirst(on: Queries, { now, urgent, besides, max }: Fairly): Promise<Task[]> {
  return on.query(
    `with firsts as (
       select distinct on (lane) key, lane, kind, due_at, seq from tasks where done_at is null order by lane, rank, seq
     ), placed as (
       select key, due_at, due_at > $1::timestamptz as is_later, row_number() over (
           partition by split_part(lane, ':', 2), due_at > $1::timestamptz
           order by coalesce(array_position($2::text[], kind), 1000), due_at, seq) as place
       from firsts where not lane = any($3::text[])
     ), chosen as (
       (select key, place, due_at, is_later from placed where not is_later and place <= $4 order by place, due_at limit $5)
       union all
       (select key, place, due_at, is_later from placed where is_later order by due_at limit 1)
     )
     select t.key, lane, kind, payload, t.due_at, tries, created_at from chosen c join tasks t on t.key = c.key
     order by is_later, place, c.due_at`,
    [now, urgent, besides, max, CHOSEN_MAX],
  );
}

const CHOSEN_MAX = 500;

/** False: it was done, or put off, since it was read. */
export async function beginTask(on: Queries, { key, tries, due_at: dueAt }: Task): Promise<boolean> {
  const rows = await on.query(
    `update tasks set tries = tries + 1 where key = $1 and tries = $2 and due_at = $3 and done_at is null returning key`,
    [key, tries, dueAt],
  );
  return rows.length > 0;
}

/** `isTry`: it has failed, and counts; otherwise it only had to wait. */
export async function postponeTask(
  on: Queries,
  key: string,
  dueAt: Date,
  reason: string,
  isTry: boolean,
): Promise<void> {
  await on.query(
    `update tasks set due_at = $2, reason = $3, tries = greatest(0, tries - $4) where key = $1 and done_at is null`,
    [key, dueAt, reason.slice(0, 500), isTry ? 0 : 1],
  );
}

export async function endTask(on: Queries, key: string, at: Date, reason: string | null): Promise<void> {
  await on.query('update tasks set done_at = $2, reason = coalesce($3, reason), given_up = $4 where key = $1', [
    key,
    at,
    reason?.slice(0, 500) ?? null,
    reason !== null,
  ]);
}

/** When it is due after all, whether that is sooner or later. */
export async function rescheduleTask(on: Queries, key: string, dueAt: Date): Promise<void> {
  await on.query('update tasks set due_at = $2 where key = $1 and done_at is null', [key, dueAt]);
}

/** What is done keeps its key for a while, so that it is not done again. */
export async function forgetTasks(on: Queries, doneBefore: Date): Promise<void> {
  await on.query(
    'delete from tasks where key in (select key from tasks where done_at < $1 order by done_at limit 1000)',
    [doneBefore],
  );
}

export async function cursorOf(on: Queries, name: string): Promise<string | null> {
  const [row] = await on.query<{ event_id: string }>('select event_id from cursors where name = $1', [name]);
  return row?.event_id ?? null;
}

export async function setCursor(on: Queries, name: string, eventId: string): Promise<void> {
  await on.query(
    `insert into cursors (name, event_id) values ($1, $2)
     on conflict (name) do update set event_id = excluded.event_id`,
    [name, eventId],
  );
}

/** Writes it where it is: throws while nothing can be written. */
export async function touchCursor(on: Queries, name: string): Promise<void> {
  await on.query('update cursors set event_id = event_id where name = $1', [name]);
}
