/** What became of one record of a request. */
export type Outcome =
  | { success: true; id: string; created: boolean; errors: readonly RowError[] }
  | { success: false; errors: readonly RowError[] }

/** Inside an answer that may be a 200. Single-record calls name `statusCode` `errorCode`. */
export interface RowError {
  statusCode: string
  message: string
  fields: readonly string[]
}

export function failed(
  statusCode: string,
  message: string,
  ...fields: readonly string[]
): Extract<Outcome, { success: false }> {
  return { success: false, errors: [{ statusCode, message, fields }] }
}

export function rowError(statusCode: string, message: string, ...fields: readonly string[]): RowError {
  return { statusCode, message, fields }
}

export function done(id: string, created: boolean): Outcome {
  return { success: true, id, created, errors: [] }
}
