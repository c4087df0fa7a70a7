import type { z } from 'zod';
import { ATTRIBUTES_MAX, type ContactFacts, type ContactRow } from '../../contacts/contact-book.ts';
import { contactBody, contactChangeBody, contactQuery } from '../contract-contacts.ts';
import type { Call, KeyHandlers } from '../handlers.ts';
import { answerList } from '../list.ts';
import { readNumber } from '../numbers.ts';
import { parse, type Parsed } from '../parse.ts';
import type { Ports } from '../ports.ts';
import { invalid, notFound } from '../problem.ts';

type Operations = 'listContacts' | 'getContact' | 'putContact' | 'changeContact';

export function contactRoutesOf({ contactBook, defaultCountry, cursorKey }: Ports): Pick<KeyHandlers, Operations> {
  const numberOf = ({ params }: Call) => readNumber(params['number'] ?? '', defaultCountry);
  return {
    listContacts({ key, query }) {
      const parsed = parse(contactQuery, { ...query });
      if (!parsed.ok) return parsed;
      const { limit, cursor, ...filters } = parsed.value;
      return answerList<ContactRow>({
        cursorKey,
        path: '/v1/contacts',
        mode: key.mode,
        filters,
        limit,
        cursor,
        read: (place, size) => {
          const [at, number] = place ?? [];
          const behind = at === undefined ? null : { at: new Date(at), number: number ?? '' };
          const filter = { owner: filters.owner ?? null, search: filters.q ?? null, behind };
          return contactBook.list(key.mode, filter, size + 1);
        },
        placeOf: (row) => [row.created_at.toISOString(), row.number],
        view: contactView,
      });
    },
    async getContact(call) {
      const read = numberOf(call);
      if (!read.ok) return read;
      const contact = await contactBook.find(call.key.mode, read.number);
      return contact ? { status: 200, body: contactView(contact) } : { fault: notFound };
    },
    async putContact(call) {
      const parsed = parseContact(contactBody, call.json);
      if (!parsed.ok) return parsed;
      const read = numberOf(call);
      if (!read.ok) return read;
      const contact = await contactBook.store(call.key.mode, read.number, { ...NOTHING_KNOWN, ...parsed.value });
      return { status: 200, body: contactView(contact) };
    },
    async changeContact(call) {
      const parsed = parseContact(contactChangeBody, call.json);
      if (!parsed.ok) return parsed;
      const read = numberOf(call);
      if (!read.ok) return read;
      const changed = await contactBook.change(call.key.mode, read.number, parsed.value);
      if (changed.ok) return { status: 200, body: contactView(changed.contact) };
      if (changed.reason === 'unknown') return { fault: notFound };
      return {
        fault: invalid('attributes', `must not be more than ${ATTRIBUTES_MAX} together with those that there are`),
      };
    },
  };
}

const NOTHING_KNOWN: ContactFacts = {
  name: null,
  time_zone: null,
  state: null,
  country: null,
  language: null,
  owner: null,
  attributes: {},
};

/** The parser drops this key unseen, because it could change the object it is put into. */
function parseContact<Schema extends z.ZodType>(schema: Schema, json: unknown): Parsed<z.output<Schema>> {
  const parsed = parse(schema, json);
  const sent: unknown = parsed.ok && Reflect.get(json as object, 'attributes');
  if (!sent || !Object.hasOwn(sent, '__proto__')) return parsed;
  return { ok: false, fault: invalid('attributes', 'must not have a key __proto__') };
}

function contactView({ created_at, updated_at, ...row }: ContactRow) {
  return {
    object: 'contact',
    id: row.number,
    ...row,
    created_at: created_at.toISOString(),
    updated_at: updated_at.toISOString(),
  };
}
