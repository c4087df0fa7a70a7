import {
  ask,
  type BulkAnswer,
  type BulkRow,
  type Choice,
  type Deployment,
  newRef,
  originOf,
  type SendersAnswer,
} from '@sms-bridge/ask';
import { useEffect, useRef, useState } from 'react';

export interface BulkContext extends Deployment {
  readonly crm: { readonly objectIds: readonly number[] };
}

export interface BulkText {
  readonly body: string;
  readonly from: string | null;
  readonly messageType: 'transactional' | 'promotional';
}

/** The connector takes so many at a time: a request of HubSpot ends after 15 s. */
const CHUNK = 100;

/** Checks a text for all selected contacts, and sends what was checked. Another text has to be checked again. */
export function useBulk(context: BulkContext, text: BulkText) {
  const origin = originOf(context);
  const [senders, setSenders] = useState<readonly Choice[]>([]);
  const [checked, setChecked] = useState<{ of: string; rows: readonly BulkRow[] } | null>(null);
  const [isSent, setSent] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const refs = useRef({ of: '', value: '' });
  const isRunning = useRef(false);
  const of = JSON.stringify(text);

  useEffect(() => {
    void ask<SendersAnswer>(origin, 'bulk/senders').then((answer) => {
      if (answer.ok) setSenders(answer.value.senders);
    });
  }, [origin]);

  async function run(path: string, more: object): Promise<readonly BulkRow[] | null> {
    if (isRunning.current) return null;
    isRunning.current = true;
    setBusy(true);
    setProblem(null);
    const rows: BulkRow[] = [];
    let failure: string | null = null;
    for (const contactIds of chunks(context.crm.objectIds.map(String))) {
      const answer = await ask<BulkAnswer>(origin, path, { method: 'POST', body: { ...text, ...more, contactIds } });
      if (answer.ok) rows.push(...answer.value.rows);
      else failure = answer.detail;
      if (failure !== null) break;
    }
    isRunning.current = false;
    setBusy(false);
    setProblem(failure);
    return failure === null ? withoutTwins(rows) : null;
  }

  return {
    senders,
    rows: isSent || checked?.of === of ? (checked?.rows ?? null) : null,
    isSent,
    isBusy,
    problem,
    async check() {
      const rows = await run('bulk/preview', {});
      if (rows) setChecked({ of, rows });
    },
    async send() {
      // The same text that is tried again after a lost answer is sent once to each number.
      if (refs.current.of !== of) refs.current = { of, value: newRef() };
      const rows = await run('bulk/send', { clientRef: refs.current.value });
      if (!rows) return;
      setChecked({ of, rows });
      setSent(true);
    },
  };
}

function chunks(ids: readonly string[]): string[][] {
  const found: string[][] = [];
  for (let at = 0; at < ids.length; at += CHUNK) found.push(ids.slice(at, at + CHUNK));
  return found;
}

/** Contacts of different chunks may share a number: it gets one text. */
function withoutTwins(rows: readonly BulkRow[]): readonly BulkRow[] {
  const seen = new Set<string>();
  return rows.map((row) => {
    if (row.state === 'blocked' || row.number === null) return row;
    if (!seen.has(row.number)) {
      seen.add(row.number);
      return row;
    }
    return { ...row, state: 'blocked', code: 'SAME_NUMBER', reason: 'Another selected contact has the same number.' };
  });
}
