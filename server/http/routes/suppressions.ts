import type { SuppressionRow } from '../../contacts/suppressions.ts';
import { suppressionBody, suppressionDeleteQuery, suppressionQuery } from '../contract-consents.ts';
import type { KeyHandlers } from '../handlers.ts';
import { answerList } from '../list.ts';
import { readNumber, readNumbers } from '../numbers.ts';
import { parse } from '../parse.ts';
import type { Ports } from '../ports.ts';
import { notFound } from '../problem.ts';
import { imported } from './consents.ts';

type Operations = 'listSuppressions' | 'createSuppressions' | 'deleteSuppression';

export function suppressionRoutes(ports: Ports): Pick<KeyHandlers, Operations> {
  const { suppressions, defaultCountry, cursorKey } = ports;
  return {
    listSuppressions({ key, query }) {
      const parsed = parse(suppressionQuery, { ...query });
      if (!parsed.ok) return parsed;
      const { limit, cursor, ...filters } = parsed.value;
      const asked = filters.number === undefined ? null : readNumber(filters.number, defaultCountry);
      if (asked && !asked.ok) return asked;
      return answerList<SuppressionRow>({
        cursorKey,
        path: '/v1/suppressions',
        mode: key.mode,
        filters,
        limit,
        cursor,
        read: (place, size) => {
          const [at, number, list] = place ?? [];
          const behind = at === undefined ? null : { at: new Date(at), number: number ?? '', list: list ?? '' };
          const filter = { list: filters.list ?? null, number: asked?.number ?? null, behind };
          return suppressions.list(key.mode, filter, size + 1);
        },
        placeOf: (row) => [row.created_at.toISOString(), row.number, row.list],
        view: suppressionView,
      });
    },
    async createSuppressions({ key, json }) {
      const parsed = parse(suppressionBody, json);
      if (!parsed.ok) return parsed;
      const { numbers: texts, list, reason, expires_at } = parsed.value;
      const { numbers, invalid } = readNumbers(texts, defaultCountry);
      const why = {
        list,
        reason: reason ?? null,
        source: list === 'dnc_import' ? 'import' : 'api',
        expiresAt: expires_at === undefined ? null : new Date(expires_at),
      };
      const added = await suppressions.add(key.mode, numbers, why);
      return { status: 200, body: imported(texts.length, numbers.length, added, invalid) };
    },
    async deleteSuppression({ key, params, query }) {
      const parsed = parse(suppressionDeleteQuery, { ...query });
      if (!parsed.ok) return parsed;
      const read = readNumber(params['number'] ?? '', defaultCountry);
      if (!read.ok) return read;
      const isGone = await suppressions.remove(key.mode, read.number, parsed.value.list ?? null);
      return isGone ? { status: 204 } : { fault: notFound };
    },
  };
}

function suppressionView({ created_at, expires_at, ...row }: SuppressionRow) {
  return {
    object: 'suppression',
    ...row,
    created_at: created_at.toISOString(),
    expires_at: expires_at?.toISOString() ?? null,
  };
}
