import { randomBytes } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { Mode } from '../rules/message.ts';
import type { Database } from '../store/database.ts';
import {
  countTemplates,
  deleteTemplate,
  insertTemplate,
  insertVersion,
  listTemplates,
  templateById,
  type TemplateRow,
  type TemplateVersion,
  updateTemplate,
  versionsOf,
} from '../store/templates.ts';

/** Wordings that texts are made of. A version never changes: changing a template makes its next version. */
export interface Templates {
  add(mode: Mode, wanted: WantedTemplate): Promise<StoredTemplate>;
  /** In its newest version; null = there is none, or it was deleted. */
  find(mode: Mode, id: string): Promise<Template | null>;
  /** The newest first. */
  list(mode: Mode, place: readonly [Date, string] | null, limit: number): Promise<readonly Template[]>;
  /** The newest 100 versions of a template that `find` has answered. */
  versions(id: string): Promise<readonly TemplateVersion[]>;
  /** Null = there is none. The same wording again makes no version. */
  change(mode: Mode, id: string, wanted: WantedTemplate): Promise<StoredTemplate | null>;
  remove(mode: Mode, id: string): Promise<boolean>;
}

export type Template = TemplateRow;

export interface WantedTemplate {
  readonly name: string;
  readonly body: string;
}

export type StoredTemplate =
  | { readonly ok: true; readonly template: Template }
  | { readonly ok: false; readonly reason: 'name_taken' | 'too_many' };

/** Of each mode. */
export const TEMPLATES_MAX = 2_000;
const VERSIONS_SHOWN = 100;

export function openTemplates({ database, clock }: { readonly database: Database; readonly clock: Clock }): Templates {
  const now = () => new Date(clock.now());
  return {
    add: (mode, wanted) =>
      database.transaction(async (): Promise<StoredTemplate> => {
        if ((await countTemplates(database, mode)) >= TEMPLATES_MAX) return { ok: false, reason: 'too_many' };
        const at = now();
        const id = `tpl_${randomBytes(8).toString('hex')}`;
        const template = { ...wanted, id, mode, version: 1, created_at: at, updated_at: at };
        const isNew = await insertTemplate(database, template);
        return isNew ? { ok: true, template } : { ok: false, reason: 'name_taken' };
      }),
    find: (mode, id) => templateById(database, mode, id),
    list: (mode, place, limit) => listTemplates(database, mode, place, limit),
    versions: (id) => versionsOf(database, id, VERSIONS_SHOWN),
    change: (mode, id, wanted) =>
      database.transaction(async () => {
        const before = await templateById(database, mode, id, 'lock');
        return before && changed(database, before, wanted, now());
      }),
    remove: (mode, id) => deleteTemplate(database, mode, id, now()),
  };
}

async function changed(
  database: Database,
  before: Template,
  wanted: WantedTemplate,
  now: Date,
): Promise<StoredTemplate> {
  const isSame = before.body === wanted.body;
  const version = isSame ? {} : { version: before.version + 1, updated_at: now };
  const template = { ...before, ...wanted, ...version };
  if ((await updateTemplate(database, template)) === 'taken') return { ok: false, reason: 'name_taken' };
  if (!isSame) await insertVersion(database, template);
  return { ok: true, template };
}
