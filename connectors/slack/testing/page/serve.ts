import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { readBody } from '../../../seam/read-body.ts';
import type { FakeSlack } from '../fake-slack/index.ts';
import type { View } from '../fake-slack/interactivity.ts';
import type { Block, Message } from '../fake-slack/workspace.ts';

export interface WorkspacePage {
  readonly slack: FakeSlack;
  readonly channel: string;
  /** Ids of those as whom one can write. */
  readonly people: readonly string[];
  readonly phone: {
    texts(): Promise<readonly { readonly isOurs: boolean; readonly body: string }[]>;
    write(body: string): Promise<void>;
  };
}

const BODY_MAX_BYTES = 20_000;
const FILES: Readonly<Record<string, readonly [file: string, type: string]>> = {
  '/': ['index.html', 'text/html; charset=utf-8'],
  '/page.js': ['page.js', 'text/javascript; charset=utf-8'],
  '/views.js': ['views.js', 'text/javascript; charset=utf-8'],
};

/** One channel of the stand-in and one phone, on a page of loopback, to try a conversation by hand. */
export async function serveWorkspace(page: WorkspacePage): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    answer(page, request, response).catch((error: unknown) => {
      response.writeHead(400, { 'Content-Type': 'text/plain' }).end(error instanceof Error ? error.message : 'failed');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function answer(page: WorkspacePage, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = request.url ?? '/';
  // Another site must not write here: a browser sends its own content type without asking only for forms.
  const isOurs = /^(127\.0\.0\.1|localhost):\d+$/.test(request.headers.host ?? '');
  const file = FILES[path];
  if (!isOurs) return void response.writeHead(403).end();
  if (file && request.method === 'GET') {
    response.writeHead(200, {
      'Content-Type': file[1],
      'Content-Security-Policy': "default-src 'self'; style-src 'unsafe-inline'",
    });
    return void response.end(readFileSync(join(import.meta.dirname, file[0])));
  }
  if (path === '/favicon.ico') return void response.writeHead(204).end();
  if (path === '/state') return json(response, await stateOf(page));
  if (path !== '/do' || request.method !== 'POST' || request.headers['content-type'] !== 'application/json') {
    return void response.writeHead(404).end();
  }
  const body = await readBody(request, BODY_MAX_BYTES);
  if (body === null) throw new Error('Too long.');
  const action = JSON.parse(body.toString('utf8')) as Action;
  const result = await act(page, action);
  // What a command or a select is answered, the one who asked sees.
  json(response, action.what === 'command' || action.what === 'suggest' ? { result } : {});
}

interface Action {
  readonly what:
    | 'write'
    | 'edit'
    | 'remove'
    | 'click'
    | 'text'
    | 'home'
    | 'command'
    | 'shortcut'
    | 'press'
    | 'fill'
    | 'suggest'
    | 'submit'
    | 'close';
  readonly user?: string;
  readonly view?: string;
  readonly block?: string;
  readonly value?: string;
  readonly text?: string;
  readonly ts?: string;
  readonly action?: string;
}

async function act(page: WorkspacePage, action: Action): Promise<unknown> {
  const { slack, channel, phone, people } = page;
  const { what, user = people[0] ?? '', text = '', ts = '', action: id = '' } = action;
  switch (what) {
    case 'write':
      return slack.people.write(user, channel, text, ts === '' ? undefined : ts);
    case 'edit':
      return slack.people.edit(channel, ts, text);
    case 'remove':
      return slack.people.remove(channel, ts);
    case 'click':
      return slack.people.click(user, channel, ts, id);
    case 'text':
      return phone.write(text);
    case 'home':
      return slack.people.openHome(user);
    case 'command':
      return slack.people.command(user, channel, text);
    case 'shortcut':
      return slack.people.shortcut(user, id, ts === '' ? undefined : { channel, ts });
    default:
      return actInView(page, action);
  }
}

/** In a dialog, or on the Home tab. */
async function actInView({ slack }: WorkspacePage, action: Action): Promise<unknown> {
  const { what, view: id = '', action: actionId = '', block = '', value = '' } = action;
  const { interactivity, people } = slack;
  const view = interactivity.views.get(id) ?? [...interactivity.homes.values()].find((home) => home.id === id);
  if (!view || view.isClosed) return undefined;
  switch (what) {
    case 'press':
      return people.press(view, actionId, value);
    case 'fill':
      return people.fill(view, block, value);
    case 'suggest':
      return people.suggest(view, block, value);
    case 'submit':
      return people.submit(id);
    default:
      return interactivity.close(view);
  }
}

async function stateOf({ slack, channel, people, phone }: WorkspacePage) {
  const shown = slack.workspace.channels.get(channel);
  const names = Object.fromEntries([...slack.workspace.users].map(([id, { name }]) => [id, name]));
  return {
    channel: shown?.name,
    people: people.map((id) => ({ id, name: names[id] })),
    messages: [...(shown?.messages.values() ?? [])].map((message) => ({
      ...viewOf(message),
      author: message.bot ? 'SMS' : names[message.user],
      user: message.user,
      isBot: message.bot,
      thread: message.thread_ts,
    })),
    asides: people.flatMap((user) =>
      slack.people
        .seenBy(user, channel)
        .map((one) => ({ ...viewOf({ ...one, reactions: new Map() }), user, thread: one.thread_ts })),
    ),
    phone: await phone.texts(),
    homes: people.map((user) => shownView(slack, slack.people.homeOf(user))),
    dialogs: people.map((user) => shownView(slack, slack.people.viewOf(user))),
  };
}

const shownView = ({ interactivity }: FakeSlack, view: View | null) =>
  view && { ...interactivity.jsonOf(view), user: view.user, errors: view.errors };

function viewOf({ ts, text, blocks, reactions }: Pick<Message, 'ts' | 'text' | 'blocks' | 'reactions'>) {
  return {
    ts,
    lines: blocks.length === 0 ? [text] : blocks.flatMap(linesOf),
    buttons: blocks
      .flatMap((block) =>
        block['type'] === 'actions' ? (block['elements'] as { action_id: string; text: { text: string } }[]) : [],
      )
      .map(({ action_id: id, text: label }) => ({ id, label: label.text })),
    reactions: [...reactions.keys()],
  };
}

function linesOf(block: Block): string[] {
  const found: string[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit);
    else if (typeof value === 'object' && value !== null) {
      const { type, text, elements } = value as Record<string, unknown>;
      if (typeof text === 'string') found.push(text);
      else visit(text);
      if (type === 'rich_text_section') found.push((elements as Leaf[]).map(leafText).join(''));
      else visit(elements);
    }
  };
  if (block['type'] !== 'actions') visit(block);
  return found;
}

interface Leaf {
  readonly text?: string;
  readonly user_id?: string;
}

/** Words, or somebody who is mentioned. */
const leafText = ({ text, user_id: user }: Leaf) => text ?? (user === undefined ? '' : `<@${user}>`);

const json = (response: ServerResponse, value: unknown): void =>
  void response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(value));
