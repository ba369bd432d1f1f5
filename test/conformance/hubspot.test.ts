import { describe, test } from 'vitest'
import connector from '../../connectors/hubspot/index.ts'
import { conformance } from '../../src/kit/index.ts'
import { hubspotHarness } from './hubspot-harness.ts'

describe('HubSpot', () => conformance(connector, hubspotHarness, test))
