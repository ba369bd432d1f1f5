/** Which run decided that an account has no record: what an earlier one decided is looked at again before a create. */
export const absences = `
alter table absences add column run_id text;
`
