/** Accounts whose record turned out to be gone: an admin may restore it, and with our key on it nothing tells of that. */
export const lostLinks = `
create table lost_links (
  connector text not null,
  domain text not null,
  lost_at bigint not null,
  checked_at bigint not null,
  primary key (connector, domain)
);
`
