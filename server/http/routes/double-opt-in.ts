import { optInRequestText } from '../../rules/opt-in-request.ts';
import { doubleOptInBody } from '../contract-double-opt-in.ts';
import type { Answer, Call, KeyHandlers } from '../handlers.ts';
import { readNumber } from '../numbers.ts';
import { parse } from '../parse.ts';
import type { Ports } from '../ports.ts';
import { parseSendRequest } from '../send-request.ts';
import { answerSend } from './messages.ts';

export function doubleOptInRoutesOf(ports: Ports): Pick<KeyHandlers, 'requestOptIn'> {
  return { requestOptIn: (call) => requestOptIn(ports, call) };
}

/** A text like any other, but that it is known what yes to it means. */
function requestOptIn(ports: Ports, call: Call): Answer | Promise<Answer> {
  const parsed = parse(doubleOptInBody, call.json);
  if (!parsed.ok) return parsed;
  const { number, from = null, topic, text = null, language = null } = parsed.value;
  const read = readNumber(number, ports.defaultCountry);
  if (!read.ok) return read;
  const body = optInRequestText({ organisation: ports.organisation, text, language });
  const request = parseSendRequest({ to: read.number, from, body, ...(topic === '*' ? {} : { topic }) }, true);
  if (!request.ok) return request;
  return answerSend(ports, call, { ...request.value, asks_opt_in: { topic, language } }, '/v1/consents/double-opt-in');
}
