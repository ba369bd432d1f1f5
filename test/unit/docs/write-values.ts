import { readFileSync, writeFileSync } from 'node:fs'
import { shippedFile } from '../../../src/config/shipped.ts'
import { withValues } from './values-table.ts'

const page = shippedFile('docs/mapping.md')
writeFileSync(page, withValues(readFileSync(page, 'utf8')))
