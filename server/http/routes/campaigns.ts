import type { Span } from '../../events/rollups.ts';
import { ANY_TEXT } from '../../messages/read.ts';
import type { Mode } from '../../rules/message.ts';
import { variantKey } from '../../rules/variant.ts';
import { GROUPS_MAX, spanOf } from '../analytics-span.ts';
import { campaignsQuery } from '../contract-campaigns.ts';
import { fits } from '../contract-shared.ts';
import type { Answer, Call, KeyHandlers } from '../handlers.ts';
import { parse } from '../parse.ts';
import type { Ports } from '../ports.ts';
import { notFound } from '../problem.ts';

/** A campaign is seldom over within a day. */
const DAYS = 90;

export function campaignRoutesOf(ports: Ports): Pick<KeyHandlers, 'listCampaigns' | 'getCampaign'> {
  const { analytics, clock } = ports;
  const within = async (call: Call, answer: (span: Span) => Promise<Answer>): Promise<Answer> => {
    const parsed = parse(campaignsQuery, { ...call.query });
    if (!parsed.ok) return parsed;
    const span = spanOf(parsed.value, clock.now(), { days: DAYS });
    return span.ok ? answer(span.value) : span;
  };
  return {
    listCampaigns: (call) =>
      within(call, async (span) => {
        const groups = await analytics.groups(call.key.mode, span, 'campaign');
        const data = groups
          .slice(0, GROUPS_MAX)
          .map(({ value, figures }) => ({ ...headOf(value, call.key.mode), ...figures }));
        return { status: 200, body: { data, has_more: groups.length > GROUPS_MAX, next_cursor: null } };
      }),
    getCampaign: (call) => within(call, (span) => getCampaign(ports, call, span)),
  };
}

const headOf = (id: string, mode: Mode) => ({ id, object: 'campaign', mode });

async function getCampaign({ analytics, messages }: Ports, { key, params }: Call, span: Span): Promise<Answer> {
  const { campaign_id: id = '' } = params;
  if (!fits(id, 1, 64)) return { fault: notFound };
  const figures = await analytics.figures(key.mode, span, { dimension: 'campaign', value: id });
  // Figures are a few seconds behind, and outlive the texts.
  if (figures.messages === 0) {
    const { messages: texts } = await messages.page(key.mode, { ...ANY_TEXT, campaignId: id }, null, 1);
    if (texts.length === 0) return { fault: notFound };
  }
  const prefix = variantKey(id, '');
  const groups = await analytics.groups(key.mode, span, 'variant', prefix);
  const variants = groups
    .map(({ value, figures: own }) => ({ name: value.slice(prefix.length), ...own }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return { status: 200, body: { ...headOf(id, key.mode), ...figures, variants } };
}
