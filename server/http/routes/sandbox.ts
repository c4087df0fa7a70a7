import { phoneNumber, sandboxFaultsBody, sandboxInboundBody } from '../contract-sandbox.ts';
import type { Answer, Call, KeyHandlers } from '../handlers.ts';
import { parse } from '../parse.ts';
import type { Phone, PhoneMessage, Ports, Sandbox } from '../ports.ts';
import { type Fault, notFound } from '../problem.ts';

type Operations = 'listPhones' | 'listPhoneMessages' | 'answerFromPhone' | 'getFaults' | 'setFaults' | 'resetSandbox';

export function sandboxRoutes({ sandbox }: Ports): Pick<KeyHandlers, Operations> {
  const on = (run: (sandbox: Sandbox, call: Call) => Answer | Promise<Answer>) => (call: Call) =>
    sandbox ? run(sandbox, call) : { fault: isOff };

  return {
    listPhones: on((phones) => {
      const data = phones.numbers().map(phoneView);
      return { status: 200, body: { data, has_more: false, next_cursor: null } };
    }),
    listPhoneMessages: on((phones, { params: { number = '' } }) => {
      if (!phoneNumber.safeParse(number).success) return { fault: notFound };
      const messages = phones.phone(withPlus(number));
      return { status: 200, body: { data: messages.map(messageView), has_more: false, next_cursor: null } };
    }),
    answerFromPhone: on(async (phones, { json }) => {
      const parsed = parse(sandboxInboundBody, json);
      if (!parsed.ok) return parsed;
      const { delivered } = await phones.answer({ ...parsed.value, from: withPlus(parsed.value.from) });
      return { status: 202, body: { delivered } };
    }),
    getFaults: on((phones) => {
      return { status: 200, body: { object: 'faults', faults: phones.faults(), counts: phones.counts() } };
    }),
    setFaults: on((phones, { json }) => {
      const parsed = parse(sandboxFaultsBody, json);
      if (!parsed.ok) return parsed;
      const { scenario, ...faults } = parsed.value;
      if (scenario === undefined) phones.setFaults(faults);
      else phones.play(scenario);
      return { status: 200, body: parsed.value };
    }),
    resetSandbox: on((phones) => {
      phones.reset();
      return { status: 204 };
    }),
  };
}

const isOff: Fault = {
  code: 'NOT_FOUND',
  detail: 'The simulated carrier is off.',
  action: 'Set SIMULATOR_PORT and start the server again.',
};

const withPlus = (number: string) => (number.startsWith('+') ? number : `+${number}`);

function phoneView({ number, messages, last_at }: Phone) {
  return { object: 'phone', number, messages, last_at: last_at.toISOString() };
}

function messageView({ direction, from, to, body, encoding, segments, at, message_ids }: PhoneMessage) {
  const carrier_message_ids = message_ids;
  return {
    object: 'phone_message',
    direction,
    from,
    to,
    body,
    encoding,
    segments,
    at: at.toISOString(),
    carrier_message_ids,
  };
}
