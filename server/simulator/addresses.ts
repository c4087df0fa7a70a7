import type { MessageFields } from '../smpp/pdu.ts';

/** A number in E.164, a short code or a name, of an address and its type: international ones travel without `+`. */
export function partyOf(address: string, ton: number): string {
  return ton === INTERNATIONAL && /^\d+$/.test(address) ? `+${address}` : address;
}

export function sourceFields(party: string): Partial<MessageFields> {
  const { ton, npi, address } = addressOf(party);
  return { sourceAddrTon: ton, sourceAddrNpi: npi, sourceAddr: address };
}

export function destinationFields(party: string): Partial<MessageFields> {
  const { ton, npi, address } = addressOf(party);
  return { destAddrTon: ton, destAddrNpi: npi, destinationAddr: address };
}

/** SMPP 3.4 §5.2.5 */
const INTERNATIONAL = 1;
const NETWORK_SPECIFIC = 3;
const ALPHANUMERIC = 5;

function addressOf(party: string): { readonly ton: number; readonly npi: number; readonly address: string } {
  if (/^\+\d+$/.test(party)) return { ton: INTERNATIONAL, npi: 1, address: party.slice(1) };
  return { ton: /^\d+$/.test(party) ? NETWORK_SPECIFIC : ALPHANUMERIC, npi: 0, address: party };
}
