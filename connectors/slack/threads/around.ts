import { createHash } from 'node:crypto';
import type { Clock } from '../../../server/clock.ts';
import type { SmsClient } from '../../sdk/index.ts';
import type { Storage } from '../../seam/storage.ts';
import type { SlackSettings } from '../settings.ts';
import type { Places } from '../workspaces/channels.ts';
import type { People } from './people.ts';

/** What the verbs of a conversation need, in the workspace where it is. */
export interface Around {
  /** Of the installation: a workspace, an organisation, or `settings`. */
  readonly team: string;
  readonly storage: Storage;
  readonly sdk: SmsClient;
  readonly settings: SlackSettings;
  readonly clock: Clock;
  readonly people: People;
  readonly places: Places;
  readonly newId: () => string;
}

export const nowOf = ({ clock }: Pick<Around, 'clock'>) => new Date(clock.now());

/** For the audit, which never keeps the words. */
export const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** Goes with a text as its `client_ref`, and leads back from what becomes of it. */
export const refOf = (channel: string, ts: string) => `slack:${channel}:${ts}`;

export function placeOfRef(ref: string | null): { readonly channel: string; readonly ts: string } | null {
  const [, channel, ts] = /^slack:([A-Z0-9]{2,24}):(\d+\.\d+)$/.exec(ref ?? '') ?? [];
  return channel === undefined || ts === undefined ? null : { channel, ts };
}

/** Unix milliseconds of a Slack timestamp. */
export const msOfTs = (ts: string) => Math.floor(Number(ts) * 1_000);

/** Stands for the message that a text written in a dialog has not: in its order among messages, and of that dialog alone. */
export const tsOfView = (view: string, at: Date) => {
  const micros = String(Math.floor(at.getTime()) * 1_000).padStart(16, '0');
  const mark = BigInt(`0x${sha256(view).slice(0, 8)}`)
    .toString()
    .padStart(10, '0');
  return `${micros.slice(0, -6)}.${micros.slice(-6)}${mark}`;
};

/** The message of Slack that a reply belongs to: a correction has the place of what it corrects, and more digits. */
export const messageTs = (ts: string) => ts.slice(0, '0000000000.000000'.length);
