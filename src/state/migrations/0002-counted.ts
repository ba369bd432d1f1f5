/** What a run counted in its store, as JSON: the next one sees that an input lost everything. */
export const counted = `
alter table runs add column counted text;
`
