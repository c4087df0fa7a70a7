import { describe, expect, test } from 'vitest';
import { errorOfRefusal } from '../../server/rules/message-errors.ts';
import { afterRefusal, DEFAULT_RETRY_POLICY } from '../../server/rules/retry.ts';
import { commandStatus, PARKING_BIND_STATUSES, refusal } from '../../server/smpp/command-status.ts';

/**
 * What carriers' answers to a text mean, written once more: T throttle, R retry, P permanent, F another carrier, then
 * permanent, L the link's fault or B the bind's, which say nothing of the text; `-` never answers a submit_sm. Behind
 * it who has to act, as the API says it: fix, retry, suppress, review.
 */
const TABLE = `
  0x01  RINVMSGLEN            P  fix
  0x02  RINVCMDLEN            P  review
  0x03  RINVCMDID             P  review
  0x04  RINVBNDSTS            L  retry
  0x05  RALYBND               B  retry
  0x06  RINVPRTFLG            P  review
  0x07  RINVREGDLVFLG         P  review
  0x08  RSYSERR               R  retry
  0x0A  RINVSRCADR            P  fix
  0x0B  RINVDSTADR            P  suppress
  0x0C  RINVMSGID             P  review
  0x0D  RBINDFAIL             B  retry
  0x0E  RINVPASWD             B  retry
  0x0F  RINVSYSID             B  retry
  0x11  RCANCELFAIL           -  review
  0x13  RREPLACEFAIL          -  review
  0x14  RMSGQFUL              R  retry
  0x15  RINVSERTYP            P  review
  0x33  RINVNUMDESTS          P  review
  0x34  RINVDLNAME            P  review
  0x40  RINVDESTFLAG          P  review
  0x42  RINVSUBREP            P  review
  0x43  RINVESMCLASS          P  review
  0x44  RCNTSUBDL             P  review
  0x45  RSUBMITFAIL           F  review
  0x48  RINVSRCTON            P  review
  0x49  RINVSRCNPI            P  review
  0x50  RINVDSTTON            P  review
  0x51  RINVDSTNPI            P  review
  0x53  RINVSYSTYP            B  retry
  0x54  RINVREPFLAG           P  review
  0x55  RINVNUMMSGS           -  review
  0x58  RTHROTTLED            T  retry
  0x61  RINVSCHED             P  review
  0x62  RINVEXPIRY            P  review
  0x63  RINVDFTMSGID          P  review
  0x64  RX_T_APPN             R  retry
  0x65  RX_P_APPN             P  review
  0x66  RX_R_APPN             P  review
  0x67  RQUERYFAIL            -  review
  0xC0  RINVOPTPARSTREAM      P  review
  0xC1  ROPTPARNOTALLWD       P  review
  0xC2  RINVPARLEN            P  review
  0xC3  RMISSINGOPTPARAM      P  review
  0xC4  RINVOPTPARAMVAL       P  review
  0xFE  RDELIVERYFAILURE      F  review
  0xFF  RUNKNOWNERR           R  review
  0x100 RSERTYPUNAUTH         F  fix
  0x101 RPROHIBITED           F  fix
  0x102 RSERTYPUNAVAIL        R  retry
  0x103 RSERTYPDENIED         F  fix
  0x104 RINVDCS               P  review
  0x105 RINVSRCADDRSUBUNIT    P  review
  0x106 RINVDSTADDRSUBUNIT    P  review
  0x107 RINVBCASTFREQINT      P  review
  0x108 RINVBCASTALIAS_NAME   P  review
  0x109 RINVBCASTAREAFMT      P  review
  0x10A RINVNUMBCAST_AREAS    P  review
  0x10B RINVBCASTCNTTYPE      P  review
  0x10C RINVBCASTMSGCLASS     P  review
  0x10D RBCASTFAIL            P  review
  0x10E RBCASTQUERYFAIL       P  review
  0x10F RBCASTCANCELFAIL      P  review
  0x110 RINVBCAST_REP         P  review
  0x111 RINVBCASTSRVGRP       P  review
  0x112 RINVBCASTCHANIND      P  review`;

const CLASS_OF_LETTER: Readonly<Record<string, string>> = {
  T: 'throttle',
  R: 'retry',
  P: 'permanent',
  F: 'failover',
  L: 'link',
  B: 'link',
  // Whoever answers so has not understood the PDU; once more would not help.
  '-': 'permanent',
};

const rows = TABLE.trim()
  .split('\n')
  .map((row) => row.trim().split(/\s+/) as [code: string, name: string, letter: string, act: string]);
const listed = new Set(rows.map(([code]) => Number(code)));

describe('R025: every command_status of the table', () => {
  test.each(rows)('%s is ESME_%s: %s, and the API says %s', (code, name, letter, act) => {
    const refused = refusal(Number(code));
    expect(refused).toMatchObject({ name: `ESME_${name}`, class: CLASS_OF_LETTER[letter] });
    expect(errorOfRefusal(Number(code), refused.name, refused.class).class).toBe(act);
  });

  test('is there once, and nothing but it has a name', () => {
    expect(listed.size).toBe(rows.length);
    for (let code = 1; code <= 0x600; code += 1) {
      expect(commandStatus(code).name.startsWith('ESME_'), `0x${code.toString(16)}`).toBe(listed.has(code));
    }
  });

  test('that is not there is tried twice more, then elsewhere, and a person looks at it', () => {
    for (const code of [0x09, 0x10, 0x60, 0x113, 0x400, 0x4ff, 0x500, 0xffff_ffff]) {
      const refused = refusal(code);
      expect(refused).toMatchObject({ class: 'retry', plan: 'unlisted' });
      expect(errorOfRefusal(code, refused.name, refused.class).class).toBe('review');
    }
  });

  test('that says something of the bind parks it where only a person can help', () => {
    expect([...PARKING_BIND_STATUSES]).toEqual([0x0e, 0x0f, 0x53]);
  });

  test('can mean something else at one carrier, for instance that there is no credit', () => {
    expect(refusal(0x67, { '0x67': 'link' })).toMatchObject({ class: 'link', name: 'ESME_RQUERYFAIL' });
  });
});

describe('tries after', () => {
  const triesOf = (code: number) => {
    const { class: class_, plan } = refusal(code);
    const waits: number[] = [];
    for (let attempts = 1; attempts < 20; attempts += 1) {
      const verdict = afterRefusal({ class: class_, ...(plan && { plan }), attempts, throttles: 1, random: 0.5 });
      if (verdict.action !== 'retry') return { waits, end: verdict.action };
      waits.push(verdict.delayMs / 1_000);
    }
    return { waits, end: null };
  };

  test.each([
    [0x08, [5, 30, 120], 'failover'],
    [0x14, [10, 30, 60, 120, 120], 'failover'],
    [0x64, [5, 30, 120], 'failover'],
    [0xff, [5, 30], 'failover'],
    [0x401, [5, 30], 'failover'],
    [0x0b, [], 'fail'],
    [0x45, [], 'failover'],
  ])('%i come after %j seconds, and then it is a case of %s', (code, waits, end) => {
    expect(triesOf(code)).toEqual({ waits, end });
  });

  test('a throttled text are no attempts and never end', () => {
    expect(DEFAULT_RETRY_POLICY.throttle.maxAttempts).toBeNull();
    expect(afterRefusal({ class: 'throttle', attempts: 1, throttles: 1_000, random: 0.5 })).toMatchObject({
      action: 'retry',
      countsAsAttempt: false,
    });
  });
});
