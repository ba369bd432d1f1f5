import type { ModelLiteral } from './model-literal.ts'

/** The model that ships, typed from the tables of MODEL.md and from nothing else. */
export const DEFAULT_MODEL: ModelLiteral = {
  name: 'default',
  window_days: 90,
  demote_after_days: 7,
  risk: { high: 0.5, medium: 0.75, min_base: 3, min_drop: 2 },
  classes: {
    'view.low': { points: 0.25, per_day: 2, per_month: 10 },
    'view.medium': { points: 0.5, per_day: 3, per_month: 20 },
    'view.high': { points: 1, per_day: 5, per_month: 30 },
    'download.low': { points: 2, per_day: 6, per_month: 30 },
    'download.medium': { points: 5, per_day: 10, per_month: 50 },
    'download.high': { points: 8, per_day: 16, per_month: 80 },
    'community.low': { points: 2, per_day: 2, per_month: 10 },
    'community.medium': { points: 5, per_day: 10, per_month: 50 },
    'community.high': { points: 8, per_day: 24, per_month: 80 },
    'telemetry.low': { points: 2, per_day: 6, per_month: 30 },
    'telemetry.medium': { points: 5, per_day: 10, per_month: 50 },
    'telemetry.high': { points: 8, per_day: 16, per_month: 80 },
  },
  rules: [
    { kind: ['download', 'telemetry'], artifact: ['*enterprise*'], as: 'high' },
    { kind: ['download', 'telemetry'], version: ['*enterprise*'], as: 'high' },
    {
      kind: ['download'],
      version: ['', 'latest', 'latest-*', 'edge', 'nightly*', 'main', 'master', 'dev'],
      as: 'low',
    },
    { kind: ['view'], path: ['*/pricing*', '*/enterprise*', '*/contact*', '*/signup*'], as: 'high' },
    { kind: ['view'], path: ['*/blog*'], as: 'low' },
    { kind: ['view'], host: ['blog.*'], as: 'low' },
    { kind: ['community'], type: ['star', 'fork', 'watch', 'reaction'], as: 'low' },
    { kind: ['community'], type: ['pull_request', 'commit'], as: 'high' },
  ],
  stages: {
    inactive: { last_seen_days: '>= 60' },
    ongoing_usage: [
      { points: '>= 70', use_weeks: '>= 4' },
      { use_weeks: '>= 6', span_90: '>= 60' },
    ],
    experimentation: [
      { last_seen_days: '< 30', uses_90: '>= 1', points: '>= 40' },
      { last_seen_days: '< 30', uses_90: '>= 1', use_days_30: '>= 2', views_30: '>= 2' },
      { last_seen_days: '< 30', uses_90: '>= 1', uses_60: '>= 1', views_60: '>= 2', span_60: '>= 30' },
      { last_seen_days: '< 30', uses_90: '>= 1', use_weeks: '>= 3', span_90: '>= 56' },
    ],
    investigation: [
      { points: '>= 10' },
      { uses_90: '>= 1' },
      { view_week_streak: '>= 2' },
      { high_90: '>= 2' },
    ],
  },
  labels: {
    interest: 'Interest',
    investigation: 'Investigation',
    experimentation: 'Experimentation',
    ongoing_usage: 'Ongoing Usage',
    inactive: 'Inactive',
  },
}
