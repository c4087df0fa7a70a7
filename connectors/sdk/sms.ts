import type {
  CancelMessageAnswer,
  ChangeMessageAnswer,
  ChangeMessageBody,
  GetMessageAnswer,
  ListMessageEventsAnswer,
  ListMessagesAnswer,
  ListMessagesQuery,
  PreviewMessageAnswer,
  PreviewMessageBody,
  ResendMessageAnswer,
  SendBatchAnswer,
  SendBatchBody,
  SendMessageAnswer,
  SendMessageBody,
} from './contract.ts';
import { type CallOptions, type Filter, type Item, type SendOptions, type Transport, at } from './transport.ts';
import { type Status, type WaitOptions, waitForStatus } from './wait-for-status.ts';

export type SendText = SendMessageBody;
/** A text of the history. */
export type Text = Item<ListMessagesAnswer>;
/** What holds for all texts of a batch. */
export type BatchOptions = Omit<SendBatchBody, 'messages'> & SendOptions;

const messagePath = (id: string) => at`/v1/messages/${id}`;

export const smsOf = (http: Transport) => {
  const getStatus = (messageId: string, options: CallOptions = {}): Promise<GetMessageAnswer> =>
    http.get(messagePath(messageId), options);
  return {
    /** Hands a text over. The answer says that it is stored and will be sent, not that it has arrived. */
    send: (text: SendText, options: SendOptions = {}): Promise<SendMessageAnswer> =>
      http.once('/v1/messages/send', text, options),
    /** One text and what has become of it. */
    getStatus,
    /**
     * Asks until the text has one of these statuses, any that is final when left out. Throws `SmsApiError`: TIMEOUT when
     * the time is over, STATUS_NOT_REACHED when the text has come to another end.
     */
    waitForStatus: (messageId: string, statuses?: readonly Status[], options: WaitOptions = {}) =>
      waitForStatus({ ask: (signal) => getStatus(messageId, { signal }), ...http.options }, statuses, options),
    /** The history, the newest first, page after page. */
    list: (filter: Filter<ListMessagesQuery> = {}, options: CallOptions = {}): AsyncGenerator<Text, void> =>
      http.each<ListMessagesAnswer>('/v1/messages', filter, options),
    /** What happened to one text, the oldest first. */
    events: async (messageId: string): Promise<ListMessageEventsAnswer['data']> => {
      const { data } = await http.get<ListMessageEventsAnswer>(`${messagePath(messageId)}/events`);
      return data;
    },
    /** What would become of a text: sender, segments, consent, hours, route. Nothing is stored or sent. */
    preview: (text: PreviewMessageBody): Promise<PreviewMessageAnswer> => http.post('/v1/messages/preview', text),
    /** Up to 500 texts in one request. Each has a result of its own: look at `results` for those that were refused. */
    sendBatch: (
      messages: SendBatchBody['messages'],
      { idempotencyKey, signal, ...batch }: BatchOptions = {},
    ): Promise<SendBatchAnswer> => http.once('/v1/messages/batch', { ...batch, messages }, { idempotencyKey, signal }),
    /** Calls a text back that has not left; one that has is `NOT_CANCELABLE`. */
    cancel: (messageId: string): Promise<CancelMessageAnswer> => http.post(`${messagePath(messageId)}/cancel`),
    /** Another time or another text for one that is scheduled or held. */
    change: (messageId: string, change: ChangeMessageBody): Promise<ChangeMessageAnswer> =>
      http.patch(messagePath(messageId), change),
    /** Sends a text that did not arrive again, as a new one. */
    resend: (messageId: string, options: SendOptions = {}): Promise<ResendMessageAnswer> =>
      http.once(`${messagePath(messageId)}/resend`, undefined, options),
    /** Takes the words of a text away; everything else stays. */
    redact: (messageId: string): Promise<void> => http.remove(`${messagePath(messageId)}/content`),
  };
};
