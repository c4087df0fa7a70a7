import type { Clock } from '../../../server/clock.ts';
import type { Queries, Storage } from '../../seam/storage.ts';
import { section } from '../blocks/blocks.ts';
import { addAlert } from '../egress/outbox.ts';
import { escaped } from '../rules/plain-words.ts';
import type { SlackSetup } from '../settings.ts';
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

/** A workspace refuses everything. Nobody is told in that one: there it would be news when it is over. */
export async function tellTrouble(options: TroubleOptions, workspace: Workspace, reason: string): Promise<void> {
  const { storage, setup, workspaces, clock } = options;
  if (setup.alertChannel === null || (await workspaces.ofChannel(setup.alertChannel)) === workspace) return;
  const at = new Date(clock.now());
  const text = `🔴 Slack takes no calls in *${escaped(workspace.id)}* (${escaped(reason)}). What is to be told there waits.`;
  await tellOperators(storage, setup, { key: `trouble_${workspace.id}_${at.getTime()}`, text }, at);
}
