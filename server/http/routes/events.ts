import type { ServerResponse } from 'node:http';
import type { FollowerSink } from '../../events/follower.ts';
import { type EventView, readPlace } from '../../events/view.ts';
import { authenticate } from '../authenticate.ts';
import { eventsQuery, eventStreamQuery, typesOf } from '../contract-events.ts';
import type { Answer, Call, KeyHandlers } from '../handlers.ts';
import { answerList } from '../list.ts';
import { parse } from '../parse.ts';
import type { Ports } from '../ports.ts';
import { type Fault, invalid } from '../problem.ts';

type Operations = 'listEvents' | 'streamEvents';

const SEES_BODIES = 'messages:content';

export function eventRoutesOf(ports: Ports): Pick<KeyHandlers, Operations> {
  const { eventFeed, cursorKey } = ports;
  return {
    listEvents({ key, query }) {
      const parsed = parse(eventsQuery, { ...query });
      if (!parsed.ok) return parsed;
      const { limit, cursor, type } = parsed.value;
      const filter = { types: typesOf(type), showsText: key.scopes.has(SEES_BODIES) };
      return answerList<EventView>({
        cursorKey,
        path: '/v1/events',
        mode: key.mode,
        filters: { type },
        limit,
        cursor,
        read: (place, size) => {
          const below = place?.[0] === undefined ? null : readPlace(place[0]);
          return eventFeed.list(key.mode, { ...filter, below }, size + 1);
        },
        placeOf: ({ id }) => [id],
        view: (event) => event,
      });
    },
    streamEvents: (call) => answerStream(ports, call),
  };
}

async function answerStream(ports: Ports, call: Call): Promise<Answer> {
  const { key, query, headers } = call;
  const parsed = parse(eventStreamQuery, { ...query });
  if (!parsed.ok) return parsed;
  const { type, last_event_id } = parsed.value;
  const given = headers['last-event-id'] ?? last_event_id;
  const after = given === undefined || given === '' ? null : readPlace(String(given));
  if (after === null && given !== undefined && given !== '') {
    return { fault: invalid('Last-Event-ID', 'must be the id of an event') };
  }
  const isAllowed = async () => {
    const again = await authenticate(ports, headers, query, call.ip);
    return again.ok && again.key.scopes.has('events:read');
  };
  const request = { mode: key.mode, types: typesOf(type), showsText: key.scopes.has(SEES_BODIES), isAllowed };
  const followed = await ports.eventFeed.follow(request, after);
  if (!followed.ok) return { fault: REFUSED[followed.reason] };
  return { status: 200, headers: STREAM, stream: (response) => followed.start(sinkOf(response)) };
}

const STREAM = { 'Content-Type': 'text/event-stream', 'X-Accel-Buffering': 'no' };

const REFUSED: Readonly<Record<'unknown' | 'too_many' | 'stopping', Fault>> = {
  unknown: { code: 'EVENTS_GONE', detail: 'There is no event with this id, or it is older than 30 days.' },
  too_many: { code: 'RATE_LIMITED', detail: 'Too many streams are open.', headers: { 'Retry-After': '10' } },
  stopping: { code: 'SERVICE_UNAVAILABLE', detail: 'The server is stopping.' },
};

function sinkOf(response: ServerResponse): FollowerSink {
  return {
    write: (text) => void response.write(text),
    waiting: () => response.writableLength,
    isOver: () => response.destroyed,
    onceDrained(run) {
      response.once('drain', run);
      response.once('close', run);
    },
    onceClosed: (run) => void response.once('close', run),
    end: () => void response.end(),
    cut: () => void response.destroy(),
  };
}
