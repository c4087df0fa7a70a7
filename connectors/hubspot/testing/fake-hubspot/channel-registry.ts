import type { Clock } from '../../../../server/clock.ts';
import { type Answer, type Fields, fieldsOf, notFound, Refusal } from './answer.ts';
import { type Channel, checkChannel } from './channel-schema.ts';

export interface RegistryOptions {
  readonly clock: Clock;
  readonly app: { readonly id: number; readonly developerKey: string };
  readonly nextId: () => string;
}

const CHANNELS = /^\/conversations\/custom-channels\/(?:2026-09|2026-03)(?:\/(\d+))?$/;

export type ChannelRegistry = ReturnType<typeof openChannelRegistry>;

/** The channels of the app, which its developer registers: once, and for all accounts. */
export function openChannelRegistry({ clock, app, nextId }: RegistryOptions) {
  const channels = new Map<string, Channel>();

  function channelOf(id: string | undefined): Channel {
    const found = channels.get(id ?? '');
    if (!found) throw notFound(`There is no channel ${id ?? ''}`);
    return found;
  }

  function register(given: Fields): Answer {
    checkChannel(given);
    const channel = { id: nextId(), createdAt: new Date(clock.now()).toISOString(), given };
    channels.set(channel.id, channel);
    return { status: 201, json: shown(channel) };
  }

  function change(channel: Channel, given: Fields): Answer {
    channel.given = { ...channel.given, ...given };
    checkChannel(channel.given);
    return { status: 200, json: shown(channel) };
  }

  return {
    channels,
    channelOf,
    /** With the key of the developer, in the address: `?hapikey=…&appId=…` (the guide "Custom channels"). */
    answer(method: string, path: string, query: URLSearchParams, body: unknown): Answer {
      if (query.get('hapikey') !== app.developerKey || query.get('appId') !== String(app.id))
        throw new Refusal(401, 'INVALID_AUTHENTICATION', 'The API key provided is invalid.');
      const match = CHANNELS.exec(path);
      const id = match?.[1];
      if (match && id === undefined && method === 'POST') return register(fieldsOf(body));
      if (match && id === undefined && method === 'GET')
        return { status: 200, json: { total: channels.size, results: [...channels.values()].map(shown) } };
      if (id !== undefined && method === 'GET') return { status: 200, json: shown(channelOf(id)) };
      if (id !== undefined && method === 'PATCH') return change(channelOf(id), fieldsOf(body));
      throw notFound(`${method} ${path} is no address of 2026-09`);
    },
  };
}

const shown = ({ id, createdAt, given }: Channel) => ({ ...given, id, createdAt });
