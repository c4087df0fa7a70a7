import type { z } from 'zod';
import type { Key } from '../../access/keys.ts';
import type { HistoryFilter } from '../../messages/read.ts';
import type { Message } from '../../rules/message.ts';
import { historyQuery } from '../contract-messages.ts';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import type { Answer, Call } from '../handlers.ts';
import { parse } from '../parse.ts';
import type { Ports } from '../ports.ts';
import { invalid } from '../problem.ts';

type Query = z.output<typeof historyQuery>;

/** GET /v1/messages: one page, newest first, and how to get the next one (RFC 8288). */
export function history(
  { messages, money, cursorKey }: Ports,
  view: (message: Message, key: Key, remainingBalance: string | null) => unknown,
): (call: Call) => Promise<Answer> {
  return async ({ key, query }) => {
    const parsed = parse(historyQuery, { ...query });
    if (!parsed.ok) return parsed;
    const { limit = '50', cursor, ...filters } = parsed.value;
    const scope = `${key.mode} ${searchOf(filters)}`;
    const belowId = cursor === undefined ? null : decodeCursor(cursorKey, scope, cursor);
    if (cursor !== undefined && belowId === null) {
      return { fault: invalid('cursor', 'must be the next_cursor of a page with the same filters') };
    }
    const [page, remaining] = await Promise.all([
      messages.page(key.mode, filterOf(filters), belowId, Number(limit)),
      money.balance.remaining(key.mode),
    ]);
    const last = page.messages.at(-1);
    const next = page.hasMore && last ? encodeCursor(cursorKey, scope, last.id) : null;
    const body = {
      data: page.messages.map((message) => view(message, key, remaining)),
      has_more: page.hasMore,
      next_cursor: next,
    };
    return { status: 200, body, headers: next === null ? {} : { Link: linkTo(filters, limit, next) } };
  };
}

function filterOf(query: Omit<Query, 'limit' | 'cursor'>): HistoryFilter {
  return {
    createdAfter: dateOf(query.created_after),
    createdBefore: dateOf(query.created_before),
    to: numberOf(query.to),
    from: numberOf(query.from),
    status: query.status === 'accepted' ? 'queued' : (query.status ?? null),
    direction: query.direction ?? null,
    clientRef: query.client_ref ?? null,
    tag: query.tag ?? null,
    campaignId: query.campaign_id ?? null,
    conversationId: query.conversation_id ?? null,
    errorCode: query.error_code ?? null,
  };
}

const dateOf = (text: string | undefined) => (text === undefined ? null : new Date(text));

/** A plus sign that was not escaped arrives as a space. */
const numberOf = (text: string | undefined) => text?.replace(/^ (?=\d)/, '+') ?? null;

type Filters = Readonly<Record<string, string | undefined>>;

function searchOf(filters: Filters): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(filters)) if (value !== undefined) search.append(name, value);
  search.sort();
  return search.toString();
}

function linkTo(filters: Filters, limit: string, cursor: string): string {
  return `</v1/messages?${searchOf({ ...filters, limit, cursor })}>; rel="next"`;
}
