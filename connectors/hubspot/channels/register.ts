import { z } from 'zod';
import type { Clock } from '../../../server/clock.ts';
import { createTransport } from '../api/transport.ts';
import { notConnected } from '../auth/tokens.ts';
import type { CHANNELS_VERSIONS } from '../scopes.ts';

export interface RegisterOptions {
  readonly apiUrl: string;
  readonly clock: Clock;
  readonly version: (typeof CHANNELS_VERSIONS)[number];
  /** Of the account that has the app. It is in the address, because HubSpot knows no other place: nothing may print it. */
  readonly developerKey: string;
  readonly appId: string;
  readonly publicUrl: string;
}

const channelSchema = z.object({
  id: z.union([z.string().max(20), z.number().int()]).transform(String),
  webhookUrl: z.string().max(2_000).nullish(),
});
const channelsSchema = z.object({ results: z.array(channelSchema).max(500) });

/** Text and nothing else, to one person; conversations are told apart by their numbers. */
const CAPABILITIES = {
  deliveryIdentifierTypes: ['HS_PHONE_NUMBER'],
  richText: [],
  threadingModel: 'DELIVERY_IDENTIFIER',
  allowConversationStart: true,
  allowOutgoingMessages: true,
  allowMultipleRecipients: false,
  allowInlineImages: false,
  outgoingAttachmentTypes: [],
  allowedFileAttachmentMimeTypes: [],
  maxFileAttachmentCount: 0,
  maxFileAttachmentSizeBytes: 0,
  maxTotalFileAttachmentSizeBytes: 0,
} as const;

/** Makes the channel of the app, or brings the one that is there up to date: it can be run again. Throws HubSpotError. */
export async function registerChannel(options: RegisterOptions): Promise<{ id: string; isNew: boolean }> {
  const { apiUrl, clock, version, developerKey, appId, publicUrl } = options;
  // No account is asked: neither tokens nor limits.
  const nobody = () => Promise.reject(notConnected());
  const tokens = () => ({ access: nobody, renew: nobody });
  const transport = createTransport({ apiUrl, callsPer10Seconds: 1, clock, tokens });
  const query = `?hapikey=${encodeURIComponent(developerKey)}&appId=${encodeURIComponent(appId)}`;
  const base = `/conversations/custom-channels/${version}`;
  const webhookUrl = `${publicUrl}/connectors/hubspot/webhooks/channel`;
  const headers = { 'Content-Type': 'application/json' };
  const body = JSON.stringify({
    name: 'SMS Bridge',
    channelDescription: 'Texts on your own numbers, answered in the inbox.',
    webhookUrl,
    channelAccountConnectionRedirectUrl: `${publicUrl}/connectors/hubspot/channel/connect`,
    capabilities: CAPABILITIES,
  });
  const listed = await transport.send({ method: 'GET', path: base + query });
  const there = channelsSchema.parse(JSON.parse(listed.text)).results.find((one) => one.webhookUrl === webhookUrl);
  if (there) {
    await transport.send({ method: 'PATCH', path: `${base}/${there.id}${query}`, headers, body });
    return { id: there.id, isNew: false };
  }
  const { text } = await transport.send({ method: 'POST', path: base + query, headers, body });
  return { id: channelSchema.parse(JSON.parse(text)).id, isNew: true };
}
