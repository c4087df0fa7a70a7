import { z } from 'zod';
import { summarySchema } from './contract-analytics.ts';
import { batchSchema } from './contract-batches.ts';
import {
  consentEventSchema,
  consentSchema,
  optOutSchema,
  recordedSchema,
  importSchema,
  suppressionSchema,
} from './contract-consents.ts';
import { contactSchema } from './contract-contacts.ts';
import { conversationSchema, noteSchema } from './contract-conversations.ts';
import { deliverySchema } from './contract-deliveries.ts';
import { eventSchema } from './contract-events.ts';
import { apiKeySchema, newApiKeySchema } from './contract-keys.ts';
import { acceptedMessageSchema, storedMessageSchema, messageDetailSchema, messageSchema } from './contract-messages.ts';
import { balanceSchema, priceSchema, transactionSchema } from './contract-money.ts';
import { previewSchema } from './contract-preview.ts';
import { privacyJobSchema, auditEntrySchema } from './contract-privacy.ts';
import { systemSchema, propagationSchema } from './contract-propagation.ts';
import { replyWaitSchema } from './contract-reply-waits.ts';
import { failureReviewSchema } from './contract-review-queue.ts';
import { reviewSchema } from './contract-reviews.ts';
import { routeSchema } from './contract-routing.ts';
import { ruleSchema } from './contract-rules.ts';
import { ruleSchema as senderRuleSchema } from './contract-sender-rules.ts';
import { senderSchema, poolSchema } from './contract-senders.ts';
import { sendingSchema } from './contract-sending.ts';
import { carrierAnswer } from './contract-smsc.ts';
import { templateSchema } from './contract-templates.ts';
import { webhookEndpointSchema } from './contract-webhooks.ts';

/**
 * Shapes that more than one answer has: in the OpenAPI document and in the SDK each stands once, under its name.
 */
const namedShapes: Readonly<Record<string, z.ZodType>> = {
  AcceptedMessage: acceptedMessageSchema,
  AnalyticsSummary: summarySchema,
  ApiKey: apiKeySchema,
  AuditEntry: auditEntrySchema,
  Balance: balanceSchema,
  BalanceTransaction: transactionSchema,
  Batch: batchSchema,
  ConnectedSystem: systemSchema,
  Consent: consentSchema,
  ConsentEvent: consentEventSchema,
  Contact: contactSchema,
  Conversation: conversationSchema,
  ConversationNote: noteSchema,
  Event: eventSchema,
  FailureReview: failureReviewSchema,
  ImportResult: importSchema,
  Message: storedMessageSchema,
  MessageDetail: messageDetailSchema,
  NewApiKey: newApiKeySchema,
  NewMessage: messageSchema,
  OptOut: optOutSchema,
  OptOutReview: reviewSchema,
  Preview: previewSchema,
  Price: priceSchema,
  PrivacyJob: privacyJobSchema,
  Propagation: propagationSchema,
  RecordedConsent: recordedSchema,
  ReplyWait: replyWaitSchema,
  Route: routeSchema,
  Rule: ruleSchema,
  Sender: senderSchema,
  SenderPool: poolSchema,
  SenderRule: senderRuleSchema,
  SendingState: sendingSchema,
  Smsc: carrierAnswer,
  Suppression: suppressionSchema,
  Template: templateSchema,
  WebhookDelivery: deliverySchema,
  WebhookEndpoint: webhookEndpointSchema,
};

for (const [id, shape] of Object.entries(namedShapes)) z.globalRegistry.add(shape, { ...shape.meta(), id });
