import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { jsonSchemas, jsonSchemaText } from './json-schemas.ts'
import { shippedFile } from './shipped.ts'

// Writes config/schemas/ anew: node src/config/write-schemas.ts
for (const [name, schema] of Object.entries(jsonSchemas())) {
  writeFileSync(shippedFile(path.join('config', 'schemas', name)), jsonSchemaText(schema))
}
