import type { GetCampaignAnswer, GetCampaignQuery, ListCampaignsAnswer, ListCampaignsQuery } from './contract.ts';
import { type Transport, at, searchOf } from './transport.ts';

/** Texts with one `campaign_id`, and how their variants compare; figures are a few seconds behind. */
export const campaignsOf = (http: Transport) => ({
  /** Those with the most texts first, at most 200; of the last 90 days when no time is given. */
  list: async (query: ListCampaignsQuery = {}): Promise<ListCampaignsAnswer['data']> =>
    (await http.get<ListCampaignsAnswer>(`/v1/campaigns${searchOf(query)}`)).data,
  get: (id: string, query: GetCampaignQuery = {}): Promise<GetCampaignAnswer> =>
    http.get(at`/v1/campaigns/${id}` + searchOf(query)),
});
