import nock from 'nock'
import { afterEach, beforeEach, expect } from 'vitest'

/** Nothing leaves the machine, and everything that a test recorded is asked for. */
export function onlyRecorded(): void {
  beforeEach(() => nock.disableNetConnect())
  afterEach(() => {
    const pending = nock.pendingMocks()
    nock.cleanAll()
    nock.enableNetConnect()
    expect(pending).toEqual([])
  })
}
