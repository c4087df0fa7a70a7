import type { z } from 'zod';
import type { Key } from '../../access/keys.ts';
import type { ConsentEventRow, ConsentStatus, ListedOptOut, OptedIn, Statement } from '../../contacts/consents.ts';
import { consentBody, eventQuery, optInOfOptOutBody, optOutBody, optOutQuery } from '../contract-consents.ts';
import type { Answer, Call, KeyHandlers } from '../handlers.ts';
import { answerList } from '../list.ts';
import { readNumber } from '../numbers.ts';
import { readOptOutImport } from '../opt-out-import.ts';
import { parse } from '../parse.ts';
import type { Ports } from '../ports.ts';
import { type Fault, invalid, notFound } from '../problem.ts';
import { answerTable, wantsTable } from '../table.ts';

type Operations =
  | 'getConsent'
  | 'recordConsent'
  | 'listConsentEvents'
  | 'listOptOuts'
  | 'createOptOut'
  | 'importOptOuts'
  | 'deleteOptOut';

export function consentRoutes(ports: Ports): Pick<KeyHandlers, Operations> {
  const { consents, defaultCountry, cursorKey, clock } = ports;
  const now = () => new Date(clock.now());
  const numberOf = ({ params }: Call) => readNumber(params['number'] ?? '', defaultCountry);

  return {
    async getConsent(call) {
      const read = numberOf(call);
      if (!read.ok) return read;
      const status = await consents.status(call.key.mode, read.number);
      return { status: 200, body: statusView(call.key, read.number, status) };
    },
    async recordConsent({ key, json }) {
      const parsed = parse(consentBody, json);
      if (!parsed.ok) return parsed;
      const { action, override, disclosure, ...said } = parsed.value;
      const read = readNumber(said.number, defaultCountry);
      if (!read.ok) return read;
      const evidence = { ...said.evidence, ...(disclosure === undefined ? {} : { disclosure }) };
      if (action === 'opt_in' && Object.keys(evidence).length === 0) return { fault: noEvidence };
      const statement = statementOf(key, read.number, { ...said, evidence }, now());
      if (statement.at > now()) return { fault: invalid('occurred_at', 'must not be in the future') };
      if (action === 'opt_in') return optedIn(statement, await consents.optIn(statement, override !== undefined), 201);
      const done = await consents.optOut(statement);
      return { status: 201, body: recorded(statement, done.eventId, 'opt_out', done.isNew) };
    },
    async listConsentEvents(call) {
      const parsed = parse(eventQuery, { ...call.query });
      if (!parsed.ok) return parsed;
      const read = numberOf(call);
      if (!read.ok) return read;
      const { mode } = call.key;
      const list = {
        cursorKey,
        path: `/v1/consents/${encodeURIComponent(read.number)}/events`,
        mode,
        filters: {},
        limit: parsed.value.limit,
        cursor: parsed.value.cursor,
        read: (place: Place, size: number) => consents.events(mode, read.number, place?.[0] ?? '0', size + 1),
        placeOf: ({ id }: ConsentEventRow) => [id],
        view: eventView,
      };
      return wantsTable(call)
        ? answerTable({ ...list, file: 'consent-events', columns: EVENT_COLUMNS })
        : answerList(list);
    },
    listOptOuts: (call) => listOptOuts(ports, call),
    async createOptOut({ key, json }) {
      const parsed = parse(optOutBody, json);
      if (!parsed.ok) return parsed;
      const { number, reason, source = 'api', ...said } = parsed.value;
      const read = readNumber(number, defaultCountry);
      if (!read.ok) return read;
      const evidence = reason === undefined ? {} : { text: reason };
      const statement = statementOf(key, read.number, { ...said, source, evidence }, now());
      const { eventId, isNew } = await consents.optOut(statement);
      return { status: 201, body: recorded(statement, eventId, 'opt_out', isNew) };
    },
    async importOptOuts(call) {
      const read = readOptOutImport(call, defaultCountry, now());
      if (!read.ok) return read;
      const { received, entries, faults } = read.value;
      const statements = entries.map(({ number, reason, ...said }) => {
        const evidence = reason === undefined ? {} : { text: reason };
        return statementOf(call.key, number, { ...said, evidence }, now());
      });
      const added = await consents.importOptOuts(statements);
      return { status: 200, body: imported(received, statements.length, added, faults) };
    },
    async deleteOptOut(call) {
      const parsed = parse(optInOfOptOutBody, call.json);
      if (!parsed.ok) return parsed;
      const read = numberOf(call);
      if (!read.ok) return read;
      const { override, ...said } = parsed.value;
      if (Object.keys(said.evidence).length === 0) return { fault: noEvidence };
      const { status, topics } = await consents.status(call.key.mode, read.number);
      if (status !== 'opted_out' && topics[said.topic ?? '*'] !== 'opted_out') return { fault: noOptOut };
      const statement = statementOf(call.key, read.number, { source: 'api', ...said }, now());
      return optedIn(statement, await consents.optIn(statement, override !== undefined), 200);
    },
  };
}

export function imported(received: number, valid: number, added: number, faults: readonly unknown[]) {
  return { object: 'import', received, added, known: valid - added, invalid: faults };
}

type Said = Pick<z.output<typeof consentBody>, 'source' | 'evidence'> &
  Partial<Pick<z.output<typeof consentBody>, 'topic' | 'method' | 'occurred_at' | 'expires_at' | 'jurisdiction'>> &
  Partial<Pick<z.output<typeof consentBody>, 'language' | 'message_id'>>;

function statementOf(key: Key, number: string, said: Said, now: Date): Statement {
  return {
    mode: key.mode,
    number,
    topic: said.topic ?? '*',
    source: said.source,
    method: said.method ?? null,
    actor: { type: 'api_key', id: key.id },
    jurisdiction: said.jurisdiction ?? null,
    language: said.language ?? null,
    messageId: said.message_id ?? null,
    evidence: (said.evidence ?? {}) as Statement['evidence'],
    at: said.occurred_at === undefined ? now : new Date(said.occurred_at),
    expiresAt: said.expires_at === undefined ? null : new Date(said.expires_at),
  };
}

function optedIn(statement: Statement, result: OptedIn, status: number): Answer {
  if (result.ok) return { status, body: recorded(statement, result.eventId, 'opt_in', result.isNew) };
  const since = result.since.toISOString();
  return {
    fault: {
      code: 'OPTED_OUT',
      detail: `${statement.number} has texted an opt-out on ${since}.`,
      action: 'Ask the recipient to text START, or send override: "recipient_request" when they have asked for it.',
      param: 'override',
      extra: { opted_out_at: since },
    },
  };
}

const recorded = ({ number, topic }: Statement, id: string, action: 'opt_in' | 'opt_out', changed: boolean) => ({
  object: 'consent_event',
  id,
  number,
  action,
  topic,
  changed,
});

const noEvidence: Fault = {
  ...invalid('evidence', 'must say how the recipient agreed'),
  action: 'Record what proves the consent: a form, a signature, the words of the recipient.',
};

const noOptOut: Fault = {
  ...notFound,
  detail: 'The number has not opted out.',
  action: 'Nothing has to be done. POST /v1/consents records that it agrees to texts.',
};

function statusView(key: Key, number: string, { status, topics, updatedAt }: ConsentStatus) {
  return {
    object: 'consent',
    mode: key.mode,
    number,
    status,
    topics,
    updated_at: updatedAt?.toISOString() ?? null,
    events_url: `/v1/consents/${encodeURIComponent(number)}/events`,
  };
}

function eventView(row: ConsentEventRow) {
  return {
    id: row.event_id ?? '',
    object: 'consent_event',
    mode: row.mode,
    number: row.number,
    action: row.action,
    topic: row.topic,
    source: row.source,
    channel: row.channel,
    method: row.method,
    actor: row.actor,
    jurisdiction: row.jurisdiction,
    language: row.language,
    message_id: row.message_id,
    evidence: row.evidence,
    occurred_at: row.occurred_at.toISOString(),
    recorded_at: (row.recorded_at ?? row.occurred_at).toISOString(),
    expires_at: row.expires_at?.toISOString() ?? null,
    sequence: row.sequence === null ? null : Number(row.sequence),
    hash: row.hash?.toString('hex') ?? null,
  };
}

function listOptOuts({ consents, cursorKey }: Ports, call: Call): Answer | Promise<Answer> {
  const parsed = parse(optOutQuery, { ...call.query });
  if (!parsed.ok) return parsed;
  const { limit, cursor, format: _, ...filters } = parsed.value;
  const { mode } = call.key;
  const list = {
    cursorKey,
    path: '/v1/opt-outs',
    mode,
    filters,
    limit,
    cursor,
    read: (place: Place, size: number) => {
      const [at, number, topic] = place ?? [];
      const behind = at === undefined ? null : { at: new Date(at), number: number ?? '', topic: topic ?? '' };
      const after = filters.created_after === undefined ? null : new Date(filters.created_after);
      const filter = { source: filters.source ?? null, topic: filters.topic ?? null, after, behind };
      return consents.listOptOuts(mode, filter, size + 1);
    },
    placeOf: (row: ListedOptOut) => [row.opted_out_at.toISOString(), row.number, row.topic],
    view: ({ opted_out_at, ...row }: ListedOptOut) => {
      return { object: 'opt_out', mode, ...row, opted_out_at: opted_out_at.toISOString() };
    },
  };
  return wantsTable(call) ? answerTable({ ...list, file: 'opt-outs', columns: OPT_OUT_COLUMNS }) : answerList(list);
}

type Place = readonly string[] | null;

const OPT_OUT_COLUMNS = ['number', 'topic', 'opted_out_at', 'source', 'keyword', 'message_id', 'event_id'];
const EVENT_COLUMNS = (
  'sequence id number action topic source channel method actor jurisdiction ' +
  'language message_id evidence occurred_at recorded_at expires_at hash'
).split(' ');
