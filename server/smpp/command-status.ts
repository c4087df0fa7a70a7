import type { Outcome, RefusalClass } from '../messages/carrier.ts';

type RetryPlanName = NonNullable<Extract<Outcome, { kind: 'refused' }>['plan']>;

/**
 * What a carrier's refusal means for a text and for the link, by command_status (SMPP 3.4 §5.1.3, SMPP 5.0 §4.7.6).
 * The classes are this project's reading of what carriers mean by them, November 2026.
 */
export interface CommandStatus {
  readonly code: number;
  readonly name: string;
  readonly class: RefusalClass;
  /** Which plan of retries it follows, where that is not the ordinary one. */
  readonly plan?: RetryPlanName;
}

/** A carrier's own reading of codes, as its profile writes it: `0x…` -> class. */
export type CommandStatusOverrides = Readonly<Record<string, RefusalClass>>;

/** Never throws: a code that is not in the table may be any carrier's own, so it is tried again, but not for long. */
export function commandStatus(code: number, overrides: CommandStatusOverrides = {}): CommandStatus {
  const listed = byCode.get(code) ?? { code, name: nameOfUnlisted(code), class: 'retry', plan: 'unlisted' };
  const own = overridesByCode(overrides).get(code);
  // Who names a class knows what the code means, so the plan for codes that nobody knows does not apply.
  return own === undefined || own === listed.class ? listed : { code, name: listed.name, class: own };
}

/** The outcome of a text that was answered with this code. */
export function refusal(code: number, overrides: CommandStatusOverrides = {}): Extract<Outcome, { kind: 'refused' }> {
  const { name, class: class_, plan } = commandStatus(code, overrides);
  const refused = { kind: 'refused', class: class_, commandStatus: code, name } as const;
  return plan ? { ...refused, plan } : refused;
}

export const ESME_ROK = 0x00;
export const ESME_RINVCMDLEN = 0x02;
export const ESME_RINVCMDID = 0x03;
export const ESME_RMSGQFUL = 0x14;
/** "ESME Receiver Temporary App Error": the carrier keeps the message and delivers it again. */
export const ESME_RX_T_APPN = 0x64;
export const ESME_ROPTPARNOTALLWD = 0xc1;
export const ESME_RINVOPTPARAMVAL = 0xc4;
export const ESME_RINVDCS = 0x104;

/** Answers to a bind that only a person can change: the credentials or the system type are wrong. */
export const PARKING_BIND_STATUSES: ReadonlySet<number> = new Set([0x0e, 0x0f, 0x53]);

const nameOfUnlisted = (code: number) =>
  `${code >= 0x400 && code <= 0x4ff ? 'vendor' : 'reserved'} 0x${code.toString(16).padStart(8, '0').toUpperCase()}`;

/** Classes of bind faults (0x05, 0x0D, 0x0E, 0x0F, 0x53) are `link`: as the answer to a text they say nothing about the text. */
const table: readonly (readonly [code: number, name: string, class_: RefusalClass, plan?: RetryPlanName])[] = [
  [0x01, 'ESME_RINVMSGLEN', 'permanent'],
  [0x02, 'ESME_RINVCMDLEN', 'permanent'],
  [0x03, 'ESME_RINVCMDID', 'permanent'],
  [0x04, 'ESME_RINVBNDSTS', 'link'],
  [0x05, 'ESME_RALYBND', 'link'],
  [0x06, 'ESME_RINVPRTFLG', 'permanent'],
  [0x07, 'ESME_RINVREGDLVFLG', 'permanent'],
  [0x08, 'ESME_RSYSERR', 'retry'],
  [0x0a, 'ESME_RINVSRCADR', 'permanent'],
  [0x0b, 'ESME_RINVDSTADR', 'permanent'],
  [0x0c, 'ESME_RINVMSGID', 'permanent'],
  [0x0d, 'ESME_RBINDFAIL', 'link'],
  [0x0e, 'ESME_RINVPASWD', 'link'],
  [0x0f, 'ESME_RINVSYSID', 'link'],
  [0x11, 'ESME_RCANCELFAIL', 'permanent'],
  [0x13, 'ESME_RREPLACEFAIL', 'permanent'],
  [0x14, 'ESME_RMSGQFUL', 'retry', 'queue_full'],
  [0x15, 'ESME_RINVSERTYP', 'permanent'],
  [0x33, 'ESME_RINVNUMDESTS', 'permanent'],
  [0x34, 'ESME_RINVDLNAME', 'permanent'],
  [0x40, 'ESME_RINVDESTFLAG', 'permanent'],
  [0x42, 'ESME_RINVSUBREP', 'permanent'],
  [0x43, 'ESME_RINVESMCLASS', 'permanent'],
  [0x44, 'ESME_RCNTSUBDL', 'permanent'],
  // Vendors use it for "blocked on this route".
  [0x45, 'ESME_RSUBMITFAIL', 'failover'],
  [0x48, 'ESME_RINVSRCTON', 'permanent'],
  [0x49, 'ESME_RINVSRCNPI', 'permanent'],
  [0x50, 'ESME_RINVDSTTON', 'permanent'],
  [0x51, 'ESME_RINVDSTNPI', 'permanent'],
  [0x53, 'ESME_RINVSYSTYP', 'link'],
  [0x54, 'ESME_RINVREPFLAG', 'permanent'],
  [0x55, 'ESME_RINVNUMMSGS', 'permanent'],
  [0x58, 'ESME_RTHROTTLED', 'throttle'],
  [0x61, 'ESME_RINVSCHED', 'permanent'],
  [0x62, 'ESME_RINVEXPIRY', 'permanent'],
  [0x63, 'ESME_RINVDFTMSGID', 'permanent'],
  [0x64, 'ESME_RX_T_APPN', 'retry'],
  [0x65, 'ESME_RX_P_APPN', 'permanent'],
  [0x66, 'ESME_RX_R_APPN', 'permanent'],
  [0x67, 'ESME_RQUERYFAIL', 'permanent'],
  [0xc0, 'ESME_RINVOPTPARSTREAM', 'permanent'],
  [0xc1, 'ESME_ROPTPARNOTALLWD', 'permanent'],
  [0xc2, 'ESME_RINVPARLEN', 'permanent'],
  [0xc3, 'ESME_RMISSINGOPTPARAM', 'permanent'],
  [0xc4, 'ESME_RINVOPTPARAMVAL', 'permanent'],
  [0xfe, 'ESME_RDELIVERYFAILURE', 'failover'],
  [0xff, 'ESME_RUNKNOWNERR', 'retry', 'unlisted'],
  [0x100, 'ESME_RSERTYPUNAUTH', 'failover'],
  [0x101, 'ESME_RPROHIBITED', 'failover'],
  [0x102, 'ESME_RSERTYPUNAVAIL', 'retry'],
  [0x103, 'ESME_RSERTYPDENIED', 'failover'],
  [0x104, 'ESME_RINVDCS', 'permanent'],
  [0x105, 'ESME_RINVSRCADDRSUBUNIT', 'permanent'],
  [0x106, 'ESME_RINVDSTADDRSUBUNIT', 'permanent'],
  [0x107, 'ESME_RINVBCASTFREQINT', 'permanent'],
  [0x108, 'ESME_RINVBCASTALIAS_NAME', 'permanent'],
  [0x109, 'ESME_RINVBCASTAREAFMT', 'permanent'],
  [0x10a, 'ESME_RINVNUMBCAST_AREAS', 'permanent'],
  [0x10b, 'ESME_RINVBCASTCNTTYPE', 'permanent'],
  [0x10c, 'ESME_RINVBCASTMSGCLASS', 'permanent'],
  [0x10d, 'ESME_RBCASTFAIL', 'permanent'],
  [0x10e, 'ESME_RBCASTQUERYFAIL', 'permanent'],
  [0x10f, 'ESME_RBCASTCANCELFAIL', 'permanent'],
  [0x110, 'ESME_RINVBCAST_REP', 'permanent'],
  [0x111, 'ESME_RINVBCASTSRVGRP', 'permanent'],
  [0x112, 'ESME_RINVBCASTCHANIND', 'permanent'],
];

const byCode: ReadonlyMap<number, CommandStatus> = new Map(
  table.map(([code, name, class_, plan]) => [code, { code, name, class: class_, ...(plan && { plan }) }]),
);

/** A profile never changes, so its codes are read once. */
const read = new WeakMap<CommandStatusOverrides, ReadonlyMap<number, RefusalClass>>();

function overridesByCode(overrides: CommandStatusOverrides): ReadonlyMap<number, RefusalClass> {
  const known = read.get(overrides);
  if (known) return known;
  const made = new Map(Object.entries(overrides).map(([code, class_]) => [Number.parseInt(code, 16), class_]));
  read.set(overrides, made);
  return made;
}
