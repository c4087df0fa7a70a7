import type { Explained } from '../../messages/explain.ts';
import type { MessageType } from '../../rules/message.ts';
import { type RoutePlan, type RouteRule, works } from '../../rules/routing.ts';
import { explainBody, routeBody } from '../contract-routing.ts';
import type { KeyHandlers } from '../handlers.ts';
import { parse } from '../parse.ts';
import type { Ports } from '../ports.ts';
import { type Fault, invalid, notFound } from '../problem.ts';

type Operations = 'listRoutes' | 'createRoute' | 'explainRoute' | 'deleteRoute';

export function routingRoutesOf({ routing, explain }: Ports): Pick<KeyHandlers, Operations> {
  return {
    listRoutes({ key }) {
      return { status: 200, body: { data: routing.rules(key.mode).map(view), has_more: false, next_cursor: null } };
    },
    async createRoute({ key, json }) {
      const parsed = parse(routeBody, json);
      if (!parsed.ok) return parsed;
      const { smsc_id, priority, weight, cost, prefixes, countries, networks, senders, message_types } = parsed.value;
      const created = await routing.add({
        mode: key.mode,
        smsc_id,
        priority: priority ?? 100,
        weight: weight ?? 100,
        cost: cost ?? null,
        prefixes: prefixes ?? [],
        countries: countries ?? [],
        networks: networks ?? [],
        senders: senders ?? [],
        message_types: message_types ?? [],
      });
      return created.ok ? { status: 201, body: view(created.rule) } : { fault: FAULTS[created.reason] };
    },
    async explainRoute({ key, json }) {
      const parsed = parse(explainBody, json);
      if (!parsed.ok) return parsed;
      const { to, from, type = 'transactional' } = parsed.value;
      const explained = await explain({ to, from: from ?? null, message_type: type }, key.mode);
      if (!explained.ok) return { fault: explained.refusal };
      return { status: 200, body: explanation(explained, type) };
    },
    async deleteRoute({ key, params: { route_id: id = '' } }) {
      const isKnown = /^route_[0-9a-f]{16}$/.test(id) && (await routing.remove(key.mode, id));
      return isKnown ? { status: 204 } : { fault: notFound };
    },
  };
}

const FAULTS: Readonly<Record<'no_such_carrier' | 'too_many_rules', Fault>> = {
  no_such_carrier: invalid('smsc_id', 'is no carrier that this key can reach'),
  too_many_rules: invalid('smsc_id', 'cannot have another rule: delete rules that are no longer needed first'),
};

function view(rule: RouteRule) {
  return {
    id: rule.id,
    object: 'route',
    mode: rule.mode,
    smsc_id: rule.smsc_id,
    priority: rule.priority,
    weight: rule.weight,
    cost: rule.cost,
    prefixes: rule.prefixes,
    countries: rule.countries,
    networks: rule.networks,
    senders: rule.senders,
    message_types: rule.message_types,
  };
}

function explanation({ to, country, placed }: Extract<Explained, { ok: true }>, type: MessageType) {
  const { sender, plan } = placed;
  return {
    object: 'route_explanation',
    to,
    country,
    message_type: type,
    sender: {
      from: sender.ok ? sender.value : null,
      reason: sender.reason,
      warnings: sender.ok ? sender.warnings : [],
    },
    reason: summary(plan),
    routes: plan?.routes ?? [],
    skipped: plan?.skipped ?? [],
  };
}

function summary(plan: RoutePlan | null): string {
  if (plan === null) return 'It would be refused: no sender may be used.';
  const [first] = plan.routes;
  if (!first) {
    if (plan.skipped.length > 0) return 'It would be refused: every carrier was passed by.';
    return 'It would be refused: no carrier is configured for texts of this key.';
  }
  return works(first.health)
    ? `It would go by ${first.smsc_id}.`
    : `It would wait for ${first.smsc_id}: no carrier that may take it works now.`;
}
