import { EXIT, type ExitCode } from '../domain/errors.ts'
import type { RunReport } from '../run/sync/report.ts'

const BY_STATUS = { ok: EXIT.done, partial: EXIT.partial, failed: EXIT.failed } as const

export const exitCodeOf = ({ status }: Pick<RunReport, 'status'>): ExitCode => BY_STATUS[status]
