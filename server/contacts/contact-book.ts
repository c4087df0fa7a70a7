import type { Clock } from '../clock.ts';
import type { Mode } from '../rules/message.ts';
import {
  contactByNumber,
  type ContactFilter,
  listContacts,
  lockContact,
  upsertContact,
} from '../store/contact-book.ts';
import type { Database } from '../store/database.ts';
import type { ContactRow } from '../store/schema-contacts.ts';

/** What is known of the people who are texted, beside their numbers and their consent. */
export interface ContactBook {
  find(mode: Mode, number: string): Promise<ContactRow | null>;
  /** In place of whatever was known. */
  store(mode: Mode, number: string, facts: ContactFacts): Promise<ContactRow>;
  /** What is left out stays; an attribute that is null goes. */
  change(mode: Mode, number: string, changes: ContactChanges): Promise<ChangedContact>;
  list(mode: Mode, filter: ContactFilter, limit: number): Promise<ContactRow[]>;
}

export type { ContactFilter, ContactRow };

export type ContactFacts = Omit<ContactRow, 'mode' | 'number' | 'created_at' | 'updated_at'>;

export type ContactChanges = Partial<Omit<ContactFacts, 'attributes'>> & {
  readonly attributes?: Readonly<Record<string, string | null>>;
};

export type ChangedContact =
  | { readonly ok: true; readonly contact: ContactRow }
  | { readonly ok: false; readonly reason: 'unknown' | 'too_many_attributes' };

export const ATTRIBUTES_MAX = 50;

export interface ContactBookOptions {
  readonly database: Database;
  readonly clock: Clock;
}

export function createContactBook({ database, clock }: ContactBookOptions): ContactBook {
  return {
    find: async (mode, number) => (await contactByNumber(database, mode, number)) ?? null,
    store(mode, number, facts) {
      const at = new Date(clock.now());
      return upsertContact(database, { ...facts, mode, number, created_at: at, updated_at: at });
    },
    change: (mode, number, { attributes = {}, ...changes }) =>
      database.transaction(async (): Promise<ChangedContact> => {
        const before = await lockContact(database, mode, number);
        if (!before) return { ok: false, reason: 'unknown' };
        const merged = Object.entries({ ...before.attributes, ...attributes }).flatMap(([name, value]) =>
          value === null ? [] : [[name, value] as const],
        );
        if (merged.length > ATTRIBUTES_MAX) return { ok: false, reason: 'too_many_attributes' };
        const after = { ...before, ...changes, attributes: Object.fromEntries(merged) };
        return { ok: true, contact: await upsertContact(database, { ...after, updated_at: new Date(clock.now()) }) };
      }),
    list: (mode, filter, limit) => listContacts(database, mode, filter, limit),
  };
}

/** Who looks after a contact, as the front end names people; null = nobody is known to. */
export async function ownerOf(database: Database, mode: Mode, number: string): Promise<string | null> {
  return (await contactByNumber(database, mode, number))?.owner ?? null;
}
