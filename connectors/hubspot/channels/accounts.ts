import type { Clock } from '../../../server/clock.ts';
import type { Storage } from '../../seam/storage.ts';
import type { ChannelsClient } from '../api/channels.ts';
import { numberOf, numberOfAccount, type OwnNumber, putNumber } from '../store/numbers.ts';
import { clearNotice, type Portal, setNotice } from '../store/portals.ts';

export interface AccountsOptions {
  readonly storage: Storage;
  readonly channels: ChannelsClient;
  readonly clock: Clock;
}

/**
 * Something happened to a number in HubSpot's inbox settings: it was connected, turned off or on, or removed. What HubSpot
 * says of it now is what counts, so events may come twice and in any order.
 */
export async function followAccount(options: AccountsOptions, portal: Portal, accountId: string): Promise<void> {
  const { storage, channels, clock } = options;
  const { portalId } = portal;
  const account = await channels.account(portalId, accountId);
  const known = await numberOfAccount(storage, portalId, accountId);
  if (!account) {
    if (known) await disconnected(options, known);
    return;
  }
  const number = known?.number ?? account.number;
  if (number === null) return;
  const own = known ?? (await numberOf(storage, portalId, number));
  // What was turned off here stays as it is, until somebody turns it on there.
  const mode = account.isAuthorized ? 'channel' : (own?.mode ?? 'ticket');
  const { inboxId, isAuthorized } = account;
  await putNumber(storage, { portalId, number, mode, inboxId, accountId, isAuthorized }, new Date(clock.now()));
  if (isAuthorized) await clearNotices(options, portalId, number);
  else if (mode === 'channel') await setNotice(storage, portalId, turnedOff(number));
}

async function disconnected({ storage, clock }: AccountsOptions, known: OwnNumber): Promise<void> {
  const { portalId, number, mode } = known;
  const wasChannel = mode === 'channel';
  const left = { ...known, mode: wasChannel ? ('ticket' as const) : mode, inboxId: null, accountId: null };
  await putNumber(storage, { ...left, isAuthorized: false }, new Date(clock.now()));
  if (wasChannel) await setNotice(storage, portalId, removed(number));
}

export async function clearNotices({ storage }: Pick<AccountsOptions, 'storage'>, portalId: number, number: string) {
  for (const notice of [turnedOff(number), removed(number)]) await clearNotice(storage, portalId, notice);
}

const turnedOff = (number: string) =>
  `The number ${number} is turned off in HubSpot's inbox: replies to it become tickets until it is turned on again.`;
const removed = (number: string) =>
  `The number ${number} was removed from HubSpot's inbox: replies to it become tickets now.`;
