import type { SmsClient } from '../../sdk/index.ts';
import { json, type Reply } from '../http/reply.ts';
import { OWNER_SENDER } from '../people/senders.ts';

/** The options of "Send from": HubSpot asks while somebody edits a workflow. */
export function createSenderOptions(sdk: Pick<SmsClient, 'senders'>) {
  return async (): Promise<Reply> => {
    const senders = await sdk.senders.list();
    const options = senders.map(({ value, type }) => ({ label: value, value, description: type.replaceAll('_', ' ') }));
    const own = {
      label: "The owner's number",
      value: OWNER_SENDER,
      description: 'Else the default number of the account',
    };
    return json({ options: [own, ...options], searchable: false });
  };
}
