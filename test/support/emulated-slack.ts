import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { createEmulator } from 'emulate';

/** A workspace of `emulate`, which other people wrote: what holds here does not hang on our own stand-in. */
export interface EmulatedSlack extends AsyncDisposable {
  readonly apiUrl: string;
  readonly signingSecret: string;
  readonly botToken: string;
  /** Ids by name. */
  readonly channels: Readonly<Record<'support' | 'sales', string>>;
  /** Events go there from now on. */
  subscribe(url: string): void;
  /** A method of the Web API, called by a person or by the app. */
  call(as: Caller, method: string, given?: object): Promise<Answer>;
}

export type Caller = 'ana' | 'ben' | 'bot';

export interface Message {
  readonly ts: string;
  readonly user: string;
  readonly text: string;
  readonly thread_ts?: string;
  readonly reactions?: readonly { readonly name: string }[];
}

export interface Answer {
  readonly ok: boolean;
  readonly error?: string;
  readonly ts?: string;
  readonly messages?: readonly Message[];
  readonly channels?: readonly { readonly id: string; readonly name: string }[];
}

const SIGNING_SECRET = 'emulated-signing-secret';
const tokenOf = (caller: Caller) => (caller === 'bot' ? 'xoxb-emulated-bot' : `xoxp-emulated-${caller}`);
const SCOPES = [
  'chat:write',
  'channels:read',
  'channels:history',
  'channels:join',
  'groups:history',
  'users:read',
  'reactions:write',
];
const PEOPLE_SCOPES = [...SCOPES, 'channels:manage'];

export async function emulatedSlack(): Promise<EmulatedSlack> {
  const dispatcher = await dispatcherOfNext();
  const emulator = await createEmulator({
    service: 'slack',
    port: 0,
    seed: {
      slack: {
        signing_secret: SIGNING_SECRET,
        strict_scopes: true,
        users: [{ name: 'ana' }, { name: 'ben' }],
        channels: [{ name: 'support' }, { name: 'sales' }],
        oauth_apps: [
          {
            client_id: '1.1',
            client_secret: 'not-used',
            name: 'SMS',
            redirect_uris: [],
            scopes: SCOPES,
            bot_name: 'sms',
          },
        ],
        tokens: [
          { token: tokenOf('bot'), type: 'bot', user: 'sms', scopes: SCOPES },
          { token: tokenOf('ana'), type: 'user', user: 'ana', scopes: PEOPLE_SCOPES },
          { token: tokenOf('ben'), type: 'user', user: 'ben', scopes: PEOPLE_SCOPES },
        ],
      },
    },
  });
  const call: EmulatedSlack['call'] = async (as, method, given = {}) => {
    const response = await fetch(`${emulator.url}/api/${method}`, {
      method: 'POST',
      body: JSON.stringify(given),
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${tokenOf(as)}` },
    });
    // What its own types say of each method.
    return (await response.json()) as Answer;
  };
  const { channels = [] } = await call('ana', 'conversations.list');
  const idOf = (name: string) => channels.find((channel) => channel.name === name)?.id ?? '';
  return {
    apiUrl: `${emulator.url}/api/`,
    signingSecret: SIGNING_SECRET,
    botToken: tokenOf('bot'),
    channels: { support: idOf('support'), sales: idOf('sales') },
    subscribe: (url) => void dispatcher().register({ url, events: ['*'], active: true, owner: 'slack' }),
    call,
    [Symbol.asyncDispose]: () => emulator.close(),
  };
}

interface Dispatcher {
  register(subscription: {
    readonly url: string;
    readonly events: readonly string[];
    readonly active: boolean;
    readonly owner: string;
  }): unknown;
}
interface Plugin {
  register(app: unknown, store: unknown, webhooks: Dispatcher, ...rest: unknown[]): void;
}

/** Its Slack sends signed events to subscribers, and has no way to name one: they are named where it begins. */
async function dispatcherOfNext(): Promise<() => Dispatcher> {
  const folder = path.dirname(fileURLToPath(import.meta.resolve('emulate')));
  const file = readdirSync(folder).find(
    (name) =>
      name.startsWith('dist-') &&
      name.endsWith('.js') &&
      readFileSync(path.join(folder, name), 'utf8').includes('  slackPlugin\n'),
  );
  if (file === undefined) throw new Error('This version of emulate keeps its Slack elsewhere.');
  const { slackPlugin: plugin } = (await import(pathToFileURL(path.join(folder, file)).href)) as {
    slackPlugin: Plugin;
  };
  const register = plugin.register.bind(plugin);
  let dispatcher: Dispatcher | null = null;
  plugin.register = (app, store, webhooks, ...rest) => {
    dispatcher = webhooks;
    plugin.register = register;
    register(app, store, webhooks, ...rest);
  };
  return () => {
    if (!dispatcher) throw new Error('It has not begun.');
    return dispatcher;
  };
}
