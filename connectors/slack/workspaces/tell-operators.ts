import type { Clock } from '../../../server/clock.ts';
import type { Queries, Storage } from '../../seam/storage.ts';
import { section } from '../blocks/blocks.ts';
import { addAlert } from '../egress/outbox.ts';
import { escaped } from '../rules/plain-words.ts';
import type { SlackSetup } from '../settings.ts';
import type { Refusal } from './refusals.ts';
import type { Workspace } from './workspace.ts';
import type { Workspaces } from './workspaces.ts';

interface Told {
  /** The same is told once. */
  readonly key: string;
  /** mrkdwn. */
  readonly text: string;
}

export const tellChannel = (on: Queries, channel: string, { key, text }: Told, at: Date): Promise<boolean> =>
  addAlert(on, { channel, key, content: { text, blocks: [section(text, key)] } }, at);

/** One line for those who run the server. */
export async function tellOperators(
  on: Queries,
  { alertChannel }: Pick<SlackSetup, 'alertChannel'>,
  told: Told,
  at: Date,
): Promise<void> {
  if (alertChannel !== null) await tellChannel(on, alertChannel, told, at);
}

interface TroubleOptions {
  readonly storage: Storage;
  readonly setup: SlackSetup;
  readonly workspaces: Workspaces;
  readonly clock: Clock;
}

/** What a workspace refuses. Nobody is told in one that takes no posts: there it would be news when it is over. */
export async function tellTrouble(
  { storage, setup, workspaces, clock }: TroubleOptions,
  workspace: Workspace,
  { what, reason }: Refusal,
): Promise<void> {
  const isMute = what === null || what === 'chat.postMessage';
  if (setup.alertChannel === null || (isMute && (await workspaces.ofChannel(setup.alertChannel)) === workspace)) return;
  const at = new Date(clock.now());
  const [team, why] = [escaped(workspace.id), escaped(reason)];
  const told =
    what === null
      ? { key: String(at.getTime()), text: `takes no calls in *${team}* (${why}). What is to be told there waits.` }
      : { key: `${what}_${reason}_${dayOf(at)}`, text: `refuses ${what} in *${team}* (${why}). What needs it waits.` };
  const key = `trouble_${workspace.id}_${told.key}`;
  await tellOperators(storage, setup, { key, text: `🔴 Slack ${told.text}` }, at);
}

/** What may come and go is told once a day. */
export const dayOf = (at: Date) => at.toISOString().slice(0, 10);
