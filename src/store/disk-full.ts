import { UserError } from '../domain/errors.ts'

/** What is said where nothing more can be landed, rolled up or spilled. */
export const diskFull = (cause: unknown): UserError =>
  new UserError('the disk is full', {
    hint: 'Free space where data: of the config lies: what is landed, rolled up and spilled is kept there.',
    cause,
  })

/** Whether a file could not be written because its disk, or somebody's share of it, is full. */
export const isDiskFull = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT')
