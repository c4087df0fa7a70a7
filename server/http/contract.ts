import { batchRoutes } from './contract-batches.ts';
import { campaignRoutes } from './contract-campaigns.ts';
import { consentRoutes } from './contract-consents.ts';
import { doubleOptInRoutes } from './contract-double-opt-in.ts';
import { contactRoutes } from './contract-contacts.ts';
import { conversationRoutes } from './contract-conversations.ts';
import { apiKeyRoutes } from './contract-keys.ts';
import { analyticsRoutes } from './contract-analytics.ts';
import { deliveryRoutes } from './contract-deliveries.ts';
import { eventRoutes } from './contract-events.ts';
import { moneyRoutes } from './contract-money.ts';
import { meRoutes } from './contract-me.ts';
import { messageRoutes } from './contract-message-routes.ts';
import { previewRoutes } from './contract-preview.ts';
import { propagationRoutes } from './contract-propagation.ts';
import { privacyRoutes } from './contract-privacy.ts';
import { publicRoutes } from './contract-public.ts';
import { queueRoutes } from './contract-queues.ts';
import { replyWaitRoutes } from './contract-reply-waits.ts';
import { reviewQueueRoutes } from './contract-review-queue.ts';
import { reviewRoutes } from './contract-reviews.ts';
import type { Route } from './contract-route.ts';
import { ruleRoutes } from './contract-rules.ts';
import { routingRoutes } from './contract-routing.ts';
import { sandboxRoutes } from './contract-sandbox.ts';
import { senderRoutes } from './contract-senders.ts';
import { senderRuleRoutes } from './contract-sender-rules.ts';
import { sendingRoutes } from './contract-sending.ts';
import { smscRoutes } from './contract-smsc.ts';
import { templateRoutes } from './contract-templates.ts';
import { webhookRoutes } from './contract-webhooks.ts';

/**
 * Every route, as data: the server registers them from here and /openapi.json is made of it, so neither can
 * know one that the other does not. Of two paths that fit a request, the first one here gets it.
 */
export const keyRoutes = [
  ...previewRoutes,
  ...batchRoutes,
  ...messageRoutes,
  ...templateRoutes,
  ...webhookRoutes,
  ...deliveryRoutes,
  ...queueRoutes,
  ...reviewQueueRoutes,
  ...analyticsRoutes,
  ...moneyRoutes,
  ...campaignRoutes,
  ...eventRoutes,
  ...meRoutes,
  ...apiKeyRoutes,
  ...sendingRoutes,
  ...smscRoutes,
  ...sandboxRoutes,
  ...routingRoutes,
  ...senderRoutes,
  ...senderRuleRoutes,
  ...reviewRoutes,
  ...propagationRoutes,
  ...doubleOptInRoutes,
  ...consentRoutes,
  ...replyWaitRoutes,
  ...conversationRoutes,
  ...contactRoutes,
  ...privacyRoutes,
  ...ruleRoutes,
] as const satisfies readonly Route[];

export const routes: readonly Route[] = [...keyRoutes, ...publicRoutes];

export type PublicOperation = (typeof publicRoutes)[number]['operation'];
export type KeyOperation = (typeof keyRoutes)[number]['operation'];
