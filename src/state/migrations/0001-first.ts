/**
 * One text for SQLite and PostgreSQL: times are bigint epoch milliseconds, flags smallint 0 or 1, nested values JSON
 * text. Texts compare byte by byte: SQLite does, and PostgreSQL's dialect adds `collate "C"` to each `text`.
 */
export const first = `
create table runs (
  id text primary key,
  started_at bigint not null,
  finished_at bigint,
  as_of bigint not null,
  model_name text not null,
  model_hash text not null,
  status text not null,
  remembered smallint not null,
  report text
);
create index runs_by_start on runs (started_at);

create table accounts (
  domain text primary key,
  name text,
  country text,
  industry text,
  size text,
  first_seen bigint not null,
  last_seen bigint not null,
  points double precision not null,
  score double precision not null,
  signals_30 bigint not null,
  facts text not null,
  top_artifacts text not null,
  called_stage text not null,
  stage text not null,
  stage_since bigint not null,
  lower_since bigint,
  previous_stage text,
  stage_direction text not null,
  direction text,
  risk text,
  risk_lower_since bigint,
  reason text not null,
  trend text,
  run_id text not null,
  retired text
);
create index accounts_best_first on accounts (score desc, signals_30 desc, last_seen desc, domain);

create table stage_changes (
  domain text not null,
  at bigint not null,
  run_id text not null,
  from_stage text,
  to_stage text not null,
  direction text not null,
  reason text not null,
  primary key (domain, at)
);
create index stage_changes_by_run on stage_changes (run_id, domain);

create table risk_changes (
  domain text not null,
  at bigint not null,
  run_id text not null,
  from_risk text,
  to_risk text,
  reason text not null,
  primary key (domain, at)
);
create index risk_changes_by_run on risk_changes (run_id, domain);

create table links (
  connector text not null,
  domain text not null,
  object text not null,
  remote_id text not null,
  linked_by text not null,
  stamped smallint not null,
  primary key (connector, domain)
);
create index links_by_record on links (connector, object, remote_id, domain);

create table ambiguities (
  connector text not null,
  domain text not null,
  candidates text not null,
  checked_at bigint not null,
  primary key (connector, domain)
);

create table absences (
  connector text not null,
  domain text not null,
  checked_at bigint not null,
  primary key (connector, domain)
);

create table ignored (
  connector text not null,
  domain text not null,
  primary key (connector, domain)
);

create table candidates (
  connector text not null,
  domain text not null,
  remote_id text not null,
  record text not null,
  primary key (connector, domain, remote_id)
);

create table connectors (
  connector text primary key,
  seen_until bigint,
  first_run_done smallint not null,
  matching text,
  calls_by_day text not null,
  quota text
);

create table delivered (
  connector text not null,
  domain text not null,
  object text not null,
  fields text not null,
  as_of bigint,
  primary key (connector, domain)
);

create table changes (
  run_id text not null references runs (id) on delete cascade,
  connector text not null,
  kind text not null,
  object text not null,
  key text not null,
  domain text not null,
  remote_id text,
  action text not null,
  fields text not null,
  if_empty text not null,
  associate text not null,
  why text not null,
  priority smallint not null,
  status text not null,
  failure text,
  ticket text,
  primary key (run_id, connector, object, key)
);
create index changes_by_priority on changes (run_id, connector, priority, key, object);
create index changes_by_domain on changes (domain);
create index changes_by_ticket on changes (connector, ticket) where ticket is not null;

create table tickets (
  connector text not null,
  id text not null,
  run_id text not null references runs (id) on delete cascade,
  object text not null,
  creates smallint not null,
  opened_at bigint not null,
  primary key (connector, id)
);

create table rejections (
  key text primary key,
  connector text not null,
  domain text not null,
  reason text not null,
  code text,
  field text,
  trace text,
  fields_hash text not null,
  since bigint not null,
  attempts bigint not null,
  status text not null
);
create index rejections_by_domain on rejections (domain);

create table people (
  domain text not null,
  email text not null,
  kinds text not null,
  first_seen bigint not null,
  last_seen bigint not null,
  signals bigint not null,
  primary key (domain, email)
);
create index people_by_email on people (email);

create table related_records (
  connector text not null,
  kind text not null,
  key text not null,
  domain text not null,
  object text not null,
  remote_id text not null,
  status text not null,
  fields text not null,
  as_of bigint,
  made_at bigint,
  closed_at bigint,
  primary key (connector, kind, key)
);
create index related_records_by_domain on related_records (connector, domain);

create table notices (
  id text primary key,
  channel text not null,
  connector text,
  about text not null,
  domain text not null,
  at bigint not null,
  run_id text not null,
  from_value text,
  to_value text,
  direction text,
  content text not null,
  status text not null,
  due smallint not null,
  tried smallint not null,
  attempts bigint not null,
  next_attempt_at bigint,
  error text,
  since bigint not null,
  settled_at bigint
);
create index notices_by_age on notices (status, channel, at, domain, id);
create index notices_by_domain on notices (domain, status, channel, at);
create index notices_by_connector on notices (connector, status, due, domain);
create index notices_by_since on notices (since, id);
`
