import type {
  AnalyticsSummary,
  GetAnalyticsBreakdownAnswer,
  GetAnalyticsBreakdownQuery,
  GetAnalyticsSummaryQuery,
  GetAnalyticsTimeseriesAnswer,
  GetAnalyticsTimeseriesQuery,
} from './contract.ts';
import { type Transport, searchOf } from './transport.ts';

/** What became of the texts of a time; the last day when no time is given. */
export const analyticsOf = (http: Transport) => ({
  summary: (query: GetAnalyticsSummaryQuery = {}): Promise<AnalyticsSummary> =>
    http.get(`/v1/analytics/summary${searchOf(query)}`),
  /** One figure by the hour or by the day. */
  timeseries: (query: GetAnalyticsTimeseriesQuery = {}): Promise<GetAnalyticsTimeseriesAnswer> =>
    http.get(`/v1/analytics/timeseries${searchOf(query)}`),
  breakdown: (query: GetAnalyticsBreakdownQuery = {}): Promise<GetAnalyticsBreakdownAnswer> =>
    http.get(`/v1/analytics/breakdown${searchOf(query)}`),
});
