import { z } from 'zod';
import { analyticsSpan, figures } from './contract-analytics.ts';
import type { Route } from './contract-route.ts';
import { modeSchema } from './contract-shared.ts';

/** What became of the texts that were sent with the same campaign_id, and of each of its variants. */

export const campaignsQuery = z.strictObject({
  ...analyticsSpan,
  from: analyticsSpan.from.meta({ description: '90 days before `to` when left out. Widened to whole hours.' }),
});

const campaignFields = {
  id: z.string().meta({ description: 'The campaign_id of its texts.' }),
  object: z.literal('campaign'),
  mode: modeSchema,
  ...figures,
};

export const campaignsSchema = z.strictObject({
  data: z.array(z.strictObject(campaignFields)).meta({ description: 'At most 200, those with the most texts first.' }),
  has_more: z.boolean(),
  next_cursor: z.null(),
});

export const campaignSchema = z.strictObject({
  ...campaignFields,
  variants: z.array(z.strictObject({ name: z.string(), ...figures })).meta({
    description: 'By name. A rate is null for a sample below 20: before that, a difference says nothing.',
  }),
});

const shared = { method: 'get', access: 'analytics:read', query: campaignsQuery, status: 200 } as const;

export const campaignRoutes = [
  {
    ...shared,
    operation: 'listCampaigns',
    path: '/v1/campaigns',
    summary: 'The campaigns of a time, with their figures. They are a few seconds behind.',
    answer: campaignsSchema,
  },
  {
    ...shared,
    operation: 'getCampaign',
    path: '/v1/campaigns/{campaign_id}',
    summary: 'One campaign, and how its variants compare.',
    answer: campaignSchema,
    errors: ['NOT_FOUND'],
  },
] as const satisfies readonly Route[];
