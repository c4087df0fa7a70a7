import type {
  CreateRuleBody,
  ListRulesAnswer,
  Rule,
  TestRulesAnswer,
  TestRulesBody,
  UpdateRuleBody,
} from './contract.ts';
import { type Transport, at, type SendOptions } from './transport.ts';

/** Keyword rules: what an incoming text with certain words sets off. */
export const rulesOf = (http: Transport) => ({
  /** In the order in which they are asked. */
  list: (): Promise<ListRulesAnswer['data']> => http.list<ListRulesAnswer>('/v1/rules'),
  get: (id: string): Promise<Rule> => http.get(at`/v1/rules/${id}`),
  create: (rule: CreateRuleBody, options?: SendOptions): Promise<Rule> => http.once('/v1/rules', rule, options),
  /** What is left out stays; `match`, `when` and `actions` are replaced as a whole. */
  update: (id: string, change: UpdateRuleBody): Promise<Rule> => http.patch(at`/v1/rules/${id}`, change),
  remove: (id: string): Promise<void> => http.remove(at`/v1/rules/${id}`),
  /** Which rules a text would set off, and why the others would not. Nothing happens. */
  test: (text: TestRulesBody): Promise<TestRulesAnswer> => http.post('/v1/rules/test', text),
});
