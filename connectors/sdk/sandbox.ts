import type {
  AnswerFromPhoneAnswer,
  AnswerFromPhoneBody,
  GetFaultsAnswer,
  ListPhoneMessagesAnswer,
  ListPhonesAnswer,
  SetFaultsAnswer,
  SetFaultsBody,
} from './contract.ts';
import { type Transport, at } from './transport.ts';

/** The simulated carrier and its phones; test keys only. */
export const sandboxOf = (http: Transport) => ({
  /** Those that got or wrote a text. */
  phones: (): Promise<ListPhonesAnswer['data']> => http.list<ListPhonesAnswer>('/v1/sandbox/phones'),
  /** The texts on one phone, the oldest first. */
  messages: (number: string): Promise<ListPhoneMessagesAnswer['data']> =>
    http.list<ListPhoneMessagesAnswer>(at`/v1/sandbox/phones/${number}/messages`),
  /** Writes a text on a phone. */
  answer: (text: AnswerFromPhoneBody): Promise<AnswerFromPhoneAnswer> => http.create('/v1/sandbox/inbound', text),
  /** What the simulated carrier does wrong, and what has happened. */
  faults: (): Promise<GetFaultsAnswer> => http.get('/v1/sandbox/faults'),
  setFaults: (faults: SetFaultsBody): Promise<SetFaultsAnswer> => http.put('/v1/sandbox/faults', faults),
  /** Empty phones and no faults. */
  reset: (): Promise<void> => http.post('/v1/sandbox/reset'),
});
