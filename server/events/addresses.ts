import { BlockList, isIP } from 'node:net';

/**
 * What an IP address means for a webhook. `internal` may be opened by the allowlist; `forbidden` never is:
 * nobody runs a webhook receiver there, and cloud metadata services do.
 * Sources: IANA special-purpose address registries (RFC 6890) for IPv4 and IPv6.
 */
export type AddressClass = 'public' | 'loopback' | 'internal' | 'forbidden';

export function classifyAddress(address: string): AddressClass {
  const version = isIP(address);
  if (version === 0) return 'forbidden';
  const family = version === 4 ? 'ipv4' : 'ipv6';
  // BlockList would apply the IPv4 rules to ::ffff:a.b.c.d; no honest resolver answers with such an address.
  if (family === 'ipv6' && MAPPED.check(address, family)) return 'forbidden';
  if (FORBIDDEN.check(address, family)) return 'forbidden';
  if (LOOPBACK.check(address, family)) return 'loopback';
  if (INTERNAL.check(address, family)) return 'internal';
  if (family === 'ipv6' && !GLOBAL_UNICAST.check(address, family)) return 'forbidden';
  return 'public';
}

const LOOPBACK = listOf(['127.0.0.0/8', '::1/128']);

const INTERNAL = listOf([
  '10.0.0.0/8', // private, RFC 1918
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10', // carrier-grade NAT, RFC 6598
  'fc00::/7', // unique local, RFC 4193
]);

const FORBIDDEN = listOf([
  '0.0.0.0/8', // this network; 0.0.0.0 connects to this host
  '169.254.0.0/16', // link-local, with the metadata service of most clouds at 169.254.169.254
  '100.100.100.200/32', // metadata service of Alibaba Cloud
  '168.63.129.16/32', // host service of Azure
  '192.0.0.0/24', // IETF protocol assignments, with Oracle's metadata service
  '192.0.2.0/24', // documentation
  '192.88.99.0/24', // 6to4 relays
  '198.18.0.0/15', // benchmarks
  '198.51.100.0/24', // documentation
  '203.0.113.0/24', // documentation
  '224.0.0.0/4', // multicast
  '240.0.0.0/4', // reserved, and broadcast
  'fd00:ec2::254/128', // metadata service of AWS
  'fd20:ce::254/128', // metadata service of Google Cloud
  '2001::/23', // IETF protocol assignments: Teredo, ORCHID
  '2001:db8::/32', // documentation
  '2002::/16', // 6to4: carries any IPv4 address
  '3fff::/20', // documentation
]);

const MAPPED = listOf(['::ffff:0:0/96']);

// All else in IPv6 is not routed to anybody: ::/96, NAT64 (64:ff9b::/96, 64:ff9b:1::/48), fe80::/10, ff00::/8 …
const GLOBAL_UNICAST = listOf(['2000::/3']);

function listOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', prefix = ''] = network.split('/');
    list.addSubnet(address, Number(prefix), isIP(address) === 4 ? 'ipv4' : 'ipv6');
  }
  return list;
}
