import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { shippedFile } from '../init/shipped.ts'
import { jsonSchemas, jsonSchemaText } from './json-schemas.ts'

// Writes config/schemas/ anew: node src/config/schema/write-schemas.ts
for (const [name, schema] of Object.entries(jsonSchemas())) {
  writeFileSync(shippedFile(path.join('config', 'schemas', name)), jsonSchemaText(schema))
}
