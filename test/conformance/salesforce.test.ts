import { describe, test } from 'vitest'
import connector from '../../connectors/salesforce/index.ts'
import { conformance } from '../../src/kit/index.ts'
import { salesforceHarness } from './salesforce-harness.ts'

describe('Salesforce', () => conformance(connector, salesforceHarness, test))
