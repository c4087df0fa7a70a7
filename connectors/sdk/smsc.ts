import type { CreateCarrierBody, ListCarriersAnswer, Smsc } from './contract.ts';
import { type Transport, at } from './transport.ts';

const smscPath = (id: string) => at`/v1/smsc/${id}`;

/** The carriers and how their binds are. */
export const smscOf = (http: Transport) => ({
  list: (): Promise<readonly Smsc[]> => http.list<ListCarriersAnswer>('/v1/smsc'),
  get: (id: string): Promise<Smsc> => http.get(smscPath(id)),
  /** Connects another carrier for live texts, at once and at every start. */
  create: (carrier: CreateCarrierBody): Promise<Smsc> => http.create('/v1/smsc', carrier),
  remove: (id: string): Promise<void> => http.remove(smscPath(id)),
  setPassword: (id: string, password: string): Promise<Smsc> => http.put(`${smscPath(id)}/password`, { password }),
  /** No new text leaves by it until `resume`; texts that another carrier may take go there. */
  pause: (id: string): Promise<Smsc> => http.post(`${smscPath(id)}/pause`),
  resume: (id: string): Promise<Smsc> => http.post(`${smscPath(id)}/resume`),
  /** Binds anew at once. */
  rebind: (id: string): Promise<Smsc> => http.post(`${smscPath(id)}/rebind`),
});
