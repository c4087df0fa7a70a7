import type { AuditEntry, ListAuditLogAnswer, ListAuditLogQuery, VerifyAuditLogAnswer } from './contract.ts';
import { type CallOptions, type Filter, type Transport, searchOf } from './transport.ts';

/** Who did what. */
export const auditOf = (http: Transport) => ({
  /** The newest 50 entries; of one action, or of all of a kind (`smsc.*`). */
  list: (action?: string): Promise<readonly AuditEntry[]> =>
    http.list<ListAuditLogAnswer>(`/v1/audit-log${searchOf({ action })}`),
  /** All entries, the newest first, page after page. */
  each: (filter: Filter<ListAuditLogQuery> = {}, options: CallOptions = {}): AsyncGenerator<AuditEntry, void> =>
    http.each<ListAuditLogAnswer>('/v1/audit-log', filter, options),
  /** Checks every link of the chains of the audit log and of the consent ledger. */
  verify: (): Promise<VerifyAuditLogAnswer> => http.get('/v1/audit-log/verify'),
});
