import type { CreateRouteBody, ExplainRouteAnswer, ExplainRouteBody, ListRoutesAnswer, Route } from './contract.ts';
import { type Transport, at, type SendOptions } from './transport.ts';

/** By which rules texts find their carrier. */
export const routesOf = (http: Transport) => ({
  /** In the order of their priority. */
  list: (): Promise<ListRoutesAnswer['data']> => http.list<ListRoutesAnswer>('/v1/routes'),
  create: (route: CreateRouteBody, options?: SendOptions): Promise<Route> => http.once('/v1/routes', route, options),
  remove: (id: string): Promise<void> => http.remove(at`/v1/routes/${id}`),
  /** Which sender and which carriers a text would get, and why. Nothing is sent. */
  explain: (text: ExplainRouteBody): Promise<ExplainRouteAnswer> => http.post('/v1/routes/explain', text),
});
