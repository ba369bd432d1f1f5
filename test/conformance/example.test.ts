import { describe, test } from 'vitest'
import { conformance } from '../../src/kit/index.ts'
import { harness } from './example-connector/harness.ts'
import connector from './example-connector/index.ts'

describe('the example connector', () => conformance(connector, harness, test))
