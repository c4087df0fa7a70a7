import type { Clock } from '../../../server/clock.ts';
import type { ConnectorLog } from '../../seam/connector.ts';
import type { Storage } from '../../seam/storage.ts';
import type { SmsClient } from '../../sdk/index.ts';
import type { ChannelAccount, ChannelsClient } from '../api/channels.ts';
import type { Channels, OwnNumberAnswer } from '../app/src/app/packages/ask/shapes.ts';
import { Refused } from '../cards/asked.ts';
import { sendersOf } from '../cards/thread.ts';
import { sendersOf as chosenSenders } from '../people/senders.ts';
import { CHANNEL_SCOPES } from '../scopes.ts';
import type { NumberMode } from '../rules/number-mode.ts';
import { noneIfRefused } from '../settings-page/may-save.ts';
import { lockNumber, numberOf, numbersOf, type OwnNumber, putNumber } from '../store/numbers.ts';
import type { Portal } from '../store/portals.ts';
import { clearNotices } from './accounts.ts';

export interface ConnectOptions {
  readonly storage: Storage;
  readonly channels: ChannelsClient | null;
  readonly sdk: Pick<SmsClient, 'senders'>;
  readonly clock: Clock;
  readonly log: ConnectorLog;
  readonly onNumbers: () => Promise<void>;
}

export interface NumberChoice {
  readonly number: string;
  readonly mode: NumberMode;
  readonly inboxId: string | null;
}

const PHONE = /^\+[1-9]\d{5,14}$/;

/** Numbers that people can answer: those of the server, and those that the account chose or uses. */
export async function ownNumbers(options: Pick<ConnectOptions, 'storage' | 'sdk'>, portal: Portal): Promise<string[]> {
  const listed = (await sendersOf(options.sdk)).map(({ value }) => value);
  const used = (await numbersOf(options.storage, portal.portalId)).map(({ number }) => number);
  return [...new Set([...used, ...chosenSenders(portal.settings), ...listed])].filter((one) => PHONE.test(one));
}

/** What the settings page shows of numbers and inboxes. */
export async function channelsFor(options: ConnectOptions, portal: Portal): Promise<Channels> {
  const { storage, channels } = options;
  const { portalId, settings } = portal;
  const unavailable = whyNot(channels, portal);
  const inboxes = unavailable === null && channels ? await channels.inboxes(portalId).catch(noneIfRefused) : [];
  const rows = await numbersOf(storage, portalId);
  const numbers = (await ownNumbers(options, portal)).map((number): OwnNumberAnswer => {
    const row = rows.find((one) => one.number === number);
    const mode = row?.mode ?? (settings.tickets === 'on' ? 'ticket' : 'off');
    return { number, mode, inboxId: row?.inboxId ?? null, isTurnedOff: mode === 'channel' && !row?.isAuthorized };
  });
  return { unavailable, inboxes: inboxes.map(({ id: value, name: label }) => ({ value, label })), numbers };
}

/** Null: numbers can be connected to an inbox. */
function whyNot(channels: ChannelsClient | null, { scopes }: Portal): string | null {
  if (!channels) return 'The server has no channel yet: whoever runs it registers one with npm run hubspot:channel.';
  const missing = CHANNEL_SCOPES.filter((scope) => !scopes.includes(scope));
  if (missing.length === 0) return null;
  return `This account does not grant ${missing.join(', ')}. It needs Sales Hub or Service Hub Professional; connect it again after an upgrade.`;
}

/** Chooses what becomes of replies to a number: in HubSpot first, so that nothing is shown that does not hold there. */
export async function chooseMode(options: ConnectOptions, portal: Portal, choice: NumberChoice): Promise<void> {
  const { storage, clock, log } = options;
  const { portalId } = portal;
  const { number, mode } = choice;
  if (!PHONE.test(number)) throw new Refused(400, 'INVALID_REQUEST', 'A number is written as +14155550100.');
  await storage.transaction(async (tx) => {
    // HubSpot repeats what it had no answer to, perhaps while it is being done.
    await lockNumber(tx, portalId, number);
    const before = await numberOf(tx, portalId, number);
    const next =
      mode === 'channel'
        ? await connected(options, portal, choice, before)
        : await disconnected(options, portalId, choice, before);
    await putNumber(tx, next, new Date(clock.now()));
  });
  await clearNotices(options, portalId, number);
  await options.onNumbers();
  log.info({ portalId, mode }, 'the mode of a number of a HubSpot account changed');
}

async function connected(
  { channels }: ConnectOptions,
  portal: Portal,
  { number, inboxId }: NumberChoice,
  before: OwnNumber | null,
): Promise<OwnNumber> {
  const { portalId } = portal;
  const unavailable = whyNot(channels, portal);
  if (!channels || unavailable !== null) throw new Refused(400, 'NO_CHANNEL', unavailable ?? 'There is no channel.');
  const account =
    (await known(channels, portalId, number, before)) ?? (await create(channels, portalId, number, inboxId));
  if (inboxId !== null && account.inboxId !== inboxId)
    throw new Refused(
      400,
      'OTHER_INBOX',
      'The number is connected to another inbox. Remove it there first: HubSpot > Settings > Inboxes > Channels.',
    );
  if (!account.isAuthorized) await channels.authorize(portalId, account.id, true);
  const { id: accountId, inboxId: connectedTo } = account;
  return { portalId, number, mode: 'channel', inboxId: connectedTo, accountId, isAuthorized: true };
}

/** An earlier try may have made it. */
async function known(
  channels: ChannelsClient,
  portalId: number,
  number: string,
  before: OwnNumber | null,
): Promise<ChannelAccount | null> {
  const accountId = before?.accountId ?? null;
  const account = accountId === null ? null : await channels.account(portalId, accountId);
  return account ?? channels.accountOfNumber(portalId, number);
}

async function create(
  channels: ChannelsClient,
  portalId: number,
  number: string,
  inboxId: string | null,
): Promise<ChannelAccount> {
  const inboxes = await channels.inboxes(portalId);
  if (!inboxes.some(({ id }) => id === inboxId) || inboxId === null)
    throw new Refused(400, 'INVALID_REQUEST', 'Choose the inbox or help desk that the number is connected to.');
  return channels.createAccount(portalId, number, inboxId);
}

/** Otherwise an agent would answer from it, and HubSpot make tickets of its own. */
async function disconnected(
  { channels }: ConnectOptions,
  portalId: number,
  { number, mode }: NumberChoice,
  before: OwnNumber | null,
): Promise<OwnNumber> {
  const accountId = before?.accountId ?? null;
  const account = accountId === null || !channels ? null : await channels.account(portalId, accountId);
  if (account?.isAuthorized) await channels?.authorize(portalId, account.id, false);
  return { portalId, number, mode, inboxId: account?.inboxId ?? null, accountId, isAuthorized: false };
}
