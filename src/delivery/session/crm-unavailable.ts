/** The CRM took nothing any more. What was done is kept. */
export class CrmUnavailable extends Error {}
