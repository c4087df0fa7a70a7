import type { TargetFault } from '../events/target.ts';
import { type Fault, invalid } from './problem.ts';

/** Why events cannot be sent to the address in `param`. */
export function urlFault(param: string, reason: TargetFault): Fault {
  return invalid(param, SENTENCES[reason]);
}

const SENTENCES: Readonly<Record<TargetFault, string>> = {
  invalid_url: 'must be a https URL',
  userinfo_not_allowed: 'must not hold a user name or a password',
  https_required: 'must begin with https, unless the server allows this host (CALLBACK_ALLOWLIST)',
  port_not_allowed: 'must use port 443 or 8443, unless the server allows this host (CALLBACK_ALLOWLIST)',
  address_not_allowed:
    'must not lead into an internal network, unless the server allows this host (CALLBACK_ALLOWLIST)',
};
