import { type Command, encodePdu } from '../smpp/pdu.ts';
import type { FaultPanel } from './fault-panel.ts';

/** What the line between one ESME and the carrier does to PDUs. */
export interface Line {
  /** `ignore`: it is never answered. `cut`: the connection ends before it is read. */
  incoming(command: string): 'read' | 'ignore' | 'cut';
  /** True once nothing of ours gets out any more. */
  isSilent(): boolean;
  /** Octets that come before an answer, and how many octets of it get out before the cut; null = all, and no cut. */
  outgoing(command: Command): { readonly before: Buffer | null; readonly cutAfter: number | null };
}

export function openLine(panel: FaultPanel): Line {
  const halfOpen = panel.faults().half_open;
  let submits = 0;
  panel.count('connections');

  function isSilent(): boolean {
    const { black_hole_after: after } = panel.faults();
    return halfOpen || (after !== null && submits > after);
  }

  return {
    incoming(command) {
      if (command === 'submit_sm') submits += 1;
      if (isSilent()) {
        panel.count('ignored');
        return 'ignore';
      }
      return command === 'submit_sm' && panel.faults().drop === 'request' && panel.takeDrop() ? 'cut' : 'read';
    },
    isSilent,
    outgoing(command) {
      if (command !== 'submit_sm_resp') return { before: null, cutAfter: null };
      const { drop, drop_at_octet: octet } = panel.faults();
      return { before: nonsense(panel), cutAfter: drop === 'answer' && panel.takeDrop() ? octet : null };
    },
  };
}

function nonsense(panel: FaultPanel): Buffer | null {
  const { garbage, garbage_percent: percent } = panel.faults();
  if (garbage === 'none' || !panel.chance(percent)) return null;
  panel.count('garbage');
  if (garbage === 'octets') return OCTETS;
  return PDUS[Math.floor(panel.random() * PDUS.length)] ?? null;
}

/** An answer of a web server: its first four octets are a command_length of more than a gigabyte. */
const OCTETS = Buffer.from('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n', 'latin1');

function pdu(commandId: number, commandStatus: number, sequence: number, body: string): Buffer {
  const octets = Buffer.from(body, 'hex');
  const header = Buffer.alloc(16);
  [16 + octets.length, commandId, commandStatus, sequence].forEach((word, index) =>
    header.writeUInt32BE(word, index * 4),
  );
  return Buffer.concat([header, octets]);
}

const DELIVER_SM = 0x05;
const deliver = encodePdu({
  command: 'deliver_sm',
  sequenceNumber: 0x7fff_0001,
  fields: { sourceAddr: '14155550100', destinationAddr: '14155550101', esmClass: 0x04 },
}).subarray(16);

/** Whole PDUs that no ESME expects: all of them have been seen from carriers, or from their load balancers. */
const PDUS: readonly Buffer[] = [
  /** A command of no version of SMPP. */
  pdu(0x0000_0042, 0, 0x7fff_0002, ''),
  /** An answer to nothing that was asked. */
  pdu(0x8000_0004, 0, 0x7fff_0003, '3000'),
  /** A status without a name, and no body. */
  pdu(0x8000_0004, 0x0000_04ff, 0x7fff_0004, ''),
  /** A deliver_sm that ends in the middle. */
  pdu(DELIVER_SM, 0, 0x7fff_0005, deliver.subarray(0, 9).toString('hex')),
  /** sm_length is longer than what follows. */
  pdu(DELIVER_SM, 0, 0x7fff_0006, `${deliver.subarray(0, -1).toString('hex')}ff41`),
  /** message_state (0x0427) of no octet at the end, and of five. */
  pdu(DELIVER_SM, 0, 0x7fff_0007, `${deliver.toString('hex')}04270000`),
  pdu(DELIVER_SM, 0, 0x7fff_0008, `${deliver.toString('hex')}042700050202020202`),
  /** A nack for sequence_number 0. */
  pdu(0x8000_0000, 0x03, 0, ''),
];
