/** Whose records a connector's are. A state from before takes the first account that it sees. */
export const accountsOfConnectors = `
alter table connectors add column account text;
`
