import { BlockList, isIPv6 } from 'node:net';

/** Whether an address is one of these addresses and networks (CIDR). An IPv4 address may come mapped into IPv6. */
export function isAllowedIp(allowed: readonly string[], ip: string): boolean {
  if (allowed.length === 0) return true;
  const address = ip.replace(/^::ffff:(?=\d+\.)/i, '');
  return address !== '' && listOf(allowed).check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}

/** By the array itself, which a key keeps for as long as it is cached. */
const lists = new WeakMap<readonly string[], BlockList>();

function listOf(allowed: readonly string[]): BlockList {
  const known = lists.get(allowed);
  if (known) return known;
  const list = new BlockList();
  for (const each of allowed) {
    const [address = '', prefix] = each.split('/');
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    if (prefix === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(prefix), family);
  }
  lists.set(allowed, list);
  return list;
}
