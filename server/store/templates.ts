import type { Mode } from '../rules/message.ts';
import type { Database } from './database.ts';

/** A template in one of its versions. */
export interface TemplateRow {
  readonly id: string;
  readonly mode: Mode;
  readonly name: string;
  readonly version: number;
  readonly body: string;
  readonly created_at: Date;
  /** When this version was made. */
  readonly updated_at: Date;
}

const columns = 't.id, t.mode, t.name, t.version, v.body, t.created_at, t.updated_at';
const joined = 'templates t join template_versions v on v.template_id = t.id and v.version = t.version';

/** False when another one has the name. */
export async function insertTemplate(database: Database, row: TemplateRow): Promise<boolean> {
  const rows = await database.query({
    text: `insert into templates (id, mode, name, version, created_at, updated_at) values ($1, $2, $3, $4, $5, $5)
      on conflict do nothing returning 1`,
    values: [row.id, row.mode, row.name, row.version, row.created_at],
  });
  if (rows.length > 0) await insertVersion(database, row);
  return rows.length > 0;
}

export async function insertVersion(database: Database, row: TemplateRow): Promise<void> {
  await database.query({
    text: `insert into template_versions (template_id, version, body, created_at)
      values ($1, $2, $3, $4)`,
    values: [row.id, row.version, row.body, row.updated_at],
  });
}

/** Renames a template and makes `version` its newest; `taken` when another one has the name. */
export async function updateTemplate(database: Database, row: TemplateRow): Promise<'done' | 'taken'> {
  const rows = await database.query({
    text: `update templates set name = $3, version = $4, updated_at = $5
      where mode = $1 and id = $2 and not exists (select from templates o
        where o.mode = $1 and o.name = $3 and o.id <> $2 and o.deleted_at is null) returning 1`,
    values: [row.mode, row.id, row.name, row.version, row.updated_at],
  });
  return rows.length > 0 ? 'done' : 'taken';
}

export async function templateById(
  database: Database,
  mode: Mode,
  id: string,
  lock: 'lock' | 'look' = 'look',
): Promise<TemplateRow | null> {
  const [row] = await database.query<TemplateRow>({
    text: `select ${columns} from ${joined} where t.mode = $1 and t.id = $2 and t.deleted_at is null
      ${lock === 'lock' ? 'for update of t' : ''}`,
    values: [mode, id],
  });
  return row ?? null;
}

/** The newest first, behind `place` (created_at, id). */
export function listTemplates(
  database: Database,
  mode: Mode,
  place: readonly [Date, string] | null,
  limit: number,
): Promise<TemplateRow[]> {
  return database.query<TemplateRow>({
    text: `select ${columns} from ${joined} where t.mode = $1 and t.deleted_at is null
        and ($2::timestamptz is null or (t.created_at, t.id) < ($2, $3))
      order by t.created_at desc, t.id desc limit $4`,
    values: [mode, place?.[0] ?? null, place?.[1] ?? null, limit],
  });
}

/** Its versions stay: texts were made of them. */
export async function deleteTemplate(database: Database, mode: Mode, id: string, now: Date): Promise<boolean> {
  const rows = await database.query({
    text: 'update templates set deleted_at = $3 where mode = $1 and id = $2 and deleted_at is null returning 1',
    values: [mode, id, now],
  });
  return rows.length > 0;
}

export async function countTemplates(database: Database, mode: Mode): Promise<number> {
  const [row] = await database.query<{ count: number }>({
    text: 'select count(*)::int as count from templates where mode = $1 and deleted_at is null',
    values: [mode],
  });
  return row?.count ?? 0;
}

/** The versions of a template, the newest first. */
export function versionsOf(database: Database, id: string, limit: number): Promise<TemplateVersion[]> {
  return database.query<TemplateVersion>({
    text: `select version, body, created_at from template_versions
      where template_id = $1 order by version desc limit $2`,
    values: [id, limit],
  });
}

export interface TemplateVersion {
  readonly version: number;
  readonly body: string;
  readonly created_at: Date;
}
