import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { OnLateAnswer, Outcome, Part } from '../messages/carrier.ts';
import { commandStatusText } from '../rules/message-errors.ts';
import type { Bind } from './bind.ts';
import { ESME_RINVCMDLEN, ESME_ROPTPARNOTALLWD, refusal } from './command-status.ts';
import { type MessageFields, PduEncodeError } from './pdu.ts';
import type { CarrierProfile } from './profile.ts';
import { type OptionalTlv, type RegistrationIds, submitSmFields } from './submit-sm.ts';

/** Sends one part over a bind, and once more without TLVs where the carrier refuses them and the profile allows it. */
export type WritePart = (bind: Pick<Bind, 'submit'>, part: Part, onLateAnswer?: OnLateAnswer) => Promise<Outcome>;

export interface PartWriterOptions {
  readonly profile: CarrierProfile;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'warn' | 'error'>;
  /** The ids of a sender's registration; null = it has none. */
  readonly registrationOf?: (sender: string) => RegistrationIds | null;
}

export function createPartWriter({ profile, clock, log, registrationOf = () => null }: PartWriterOptions): WritePart {
  const alarm = createAlarm(profile.id, clock, log);
  /** Once the carrier has taken a text without them that it had refused with them. */
  let refusesTlvs = false;

  async function write(bind: Pick<Bind, 'submit'>, fields: Partial<MessageFields>, onLateAnswer?: OnLateAnswer) {
    const outcome = await bind.submit(fields, onLateAnswer);
    if (outcome.kind === 'refused' && outcome.commandStatus === ESME_RINVCMDLEN) alarm(outcome);
    return outcome;
  }

  async function writeAgain(bind: Pick<Bind, 'submit'>, fields: Partial<MessageFields>, onLateAnswer?: OnLateAnswer) {
    const outcome = await write(bind, fields, onLateAnswer);
    if (outcome.kind === 'accepted' && !refusesTlvs) {
      refusesTlvs = true;
      log.warn({ carrier: profile.id }, 'this carrier takes no optional TLVs; they are left out until the next start');
    }
    return outcome;
  }

  return async (bind, part, onLateAnswer) => {
    try {
      const fields = submitSmFields(part, profile, clock.now(), registrationOf(part.from));
      const bare = profile.retry_without_tlvs ? withoutTlvs(fields) : null;
      if (bare && refusesTlvs) return await write(bind, bare, onLateAnswer);
      const outcome = await write(bind, fields, onLateAnswer);
      return bare && isTlvRefused(outcome) ? await writeAgain(bind, bare, onLateAnswer) : outcome;
    } catch (error) {
      if (error instanceof PduEncodeError) return refusal(error.commandStatus, profile.command_status);
      throw error;
    }
  };
}

const isTlvRefused = (outcome: Outcome) => outcome.kind === 'refused' && outcome.commandStatus === ESME_ROPTPARNOTALLWD;

/** Null where nothing can be left out: no TLV is there, or one that carries the text or the place of a part. */
function withoutTlvs(fields: Partial<MessageFields>): Partial<MessageFields> | null {
  if (fields.messagePayload !== undefined || fields.sarMsgRefNum !== undefined) return null;
  if (!OPTIONAL.some((name) => fields[name] !== undefined)) return null;
  const { destAddrSubunit: _subunit, userMessageReference: _reference, ...bare } = fields;
  return bare;
}

const OPTIONAL: readonly OptionalTlv[] = ['destAddrSubunit', 'userMessageReference'];

/** A carrier that cannot read our PDU has found a fault of ours; once a minute is enough to say so. */
function createAlarm(carrier: string, clock: Clock, log: PartWriterOptions['log']) {
  let lastMs = Number.NEGATIVE_INFINITY;
  return ({ commandStatus, name }: Extract<Outcome, { kind: 'refused' }>) => {
    if (clock.monotonic() - lastMs < ALARM_EVERY_MS) return;
    lastMs = clock.monotonic();
    log.error(
      { carrier, command_status: commandStatusText(commandStatus), name },
      'the carrier calls the length of a submit_sm wrong: a fault of this server, please report it',
    );
  };
}

const ALARM_EVERY_MS = 60_000;
