export { PERSON_VALUES } from './condition-names.ts'
export type {
  Config,
  ConnectorEntry,
  Engine,
  LogLevel,
  NotifyChannel,
  SourceConfig,
  SourceShape,
  StoreConfig,
} from './config.ts'
export { ConfigError, type ConfigProblem } from './config-error.ts'
export { parseConnectorConfig, secretsByMeta } from './connector-config.ts'
export { initFiles } from './init-files.ts'
export type { Environment } from './interpolation.ts'
export { jsonSchemas, jsonSchemaText } from './json-schemas.ts'
export { loadConfig, loadModel } from './load-config.ts'
export type {
  Action,
  Assignment,
  Create,
  FieldMapping,
  Leads,
  Mapping,
  Match,
  OwnerChoice,
  People,
  PreferRule,
  Write,
} from './mapping.ts'
export { mappingSchema } from './mapping-schema.ts'
export {
  type ClassPoints,
  type ConditionedStage,
  type Model,
  type RiskModel,
  type Rule,
  STAGE_ORDER,
} from './model.ts'
export { modelSchema } from './model-schema.ts'
export { oqlSchema } from './oql-schema.ts'
export { secretsOf } from './secrets.ts'
export { shippedFile } from './shipped.ts'
