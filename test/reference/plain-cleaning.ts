import type { Cleaning } from './clean.ts'

/** The cleaning of the shipped oql.yaml, without own domains, aliases and further types. */
export const PLAIN_CLEANING: Cleaning = {
  aliases: {},
  exclude: {
    domains: [],
    free_mail: true,
    connection_types: ['isp', 'hosting'],
    min_confidence: 0,
    bots: true,
  },
  types: {},
  freeMail: ['gmail.com'],
}
