import path from 'node:path'
import { createRedactor, type Redactor } from '../domain/redactor.ts'
import type { Config, ConnectorEntry } from './config.ts'
import { ConfigError, type ConfigProblem } from './config-error.ts'
import { shippedFile } from './init/shipped.ts'
import type { Mapping } from './mapping.ts'
import type { Model } from './model.ts'
import type { Environment } from './read/interpolation.ts'
import { isMap, valueAt } from './read/parsed.ts'
import { absolute } from './read/place.ts'
import { type ReadFile, readConfigFile } from './read/read-config-file.ts'
import { type Validated, validate } from './read/validate.ts'
import type { YamlTree } from './read/yaml-tree.ts'
import { mappingSchema } from './schema/mapping-schema.ts'
import { modelSchema } from './schema/model-schema.ts'
import { type OqlFile, oqlSchema } from './schema/oql-schema.ts'

/** What a connector itself finds wrong with its part of the config. The connectors are known further up only. */
export type CheckConnector = (
  entry: Pick<ConnectorEntry, 'name' | 'use' | 'origin'>,
) => Promise<readonly ConfigProblem[]>

/**
 * Reads the main config file, its mappings and its model.
 * @param file path, absolute or from the working directory
 * @param redactor is told of their secrets
 * @throws ConfigError with everything that is wrong in all of them
 */
export async function loadConfig(
  file: string,
  env: Environment,
  checkConnector: CheckConnector = async () => [],
  redactor: Redactor = createRedactor(),
): Promise<Config> {
  const main = await readConfigFile(path.resolve(file), env)
  if ('problem' in main) throw new ConfigError([main.problem])
  const { tree } = main
  const segments = keysOf(valueAt(tree.value, ['segments']))
  const place = {
    directory: path.dirname(tree.file),
    segments,
    connectors: keysOf(valueAt(tree.value, ['connectors'])),
  }
  const own = checked(tree, validate(tree, oqlSchema(place)))
  const mappings = await loadMappings(tree, segments, env)
  const model = await loadNamedModel(tree, env)
  const problems = [
    ...problemsIn(own),
    ...(tree.wellFormed ? await faultsOfConnectors(tree, checkConnector) : []),
    ...[...mappings.values()].flatMap(mapping => problemsIn(mapping.result)),
    ...problemsIn(model.result),
  ]
  if (problems.length > 0 || !('value' in own) || !('value' in model.result)) {
    throw new ConfigError(inOrder(problems))
  }
  const trees = [tree, ...treesOf(mappings), ...model.trees]
  return assemble(tree, own.value, mappings, model.result.value, { trees, redactor })
}

/** Reads a model file alone, as `plan --model` does. */
export async function loadModel(file: string, env: Environment): Promise<Model> {
  const read = await readConfigFile(path.resolve(file), env)
  if ('problem' in read) throw new ConfigError([read.problem])
  const result = modelIn(read.tree)
  if ('problems' in result) throw new ConfigError(inOrder(result.problems))
  return result.value
}

interface Loaded<T> {
  result: Validated<T>
  /** The file, where it could be read. */
  trees: readonly YamlTree[]
}

const keysOf = (value: unknown): string[] => (isMap(value) ? Object.keys(value) : [])

const problemsIn = <T>(result: Validated<T>): readonly ConfigProblem[] =>
  'problems' in result ? result.problems : []

/** Where the text is not YAML, what the schema says of the rest is noise. */
function checked<T>(tree: YamlTree, result: Validated<T>): Validated<T> {
  const problems = [...tree.problems, ...(tree.wellFormed ? problemsIn(result) : [])]
  return problems.length > 0 ? { problems } : result
}

/** Asked though the rest of the file may be wrong: all faults are told at once. */
async function faultsOfConnectors(tree: YamlTree, check: CheckConnector): Promise<ConfigProblem[]> {
  const connectors = valueAt(tree.value, ['connectors'])
  const asked = keysOf(connectors).map(async name => {
    const use = valueAt(connectors, [name, 'use'])
    if (typeof use !== 'string' || !isMap(valueAt(connectors, [name, 'config']))) return []
    return check({ name, use, origin: connectorOrigin(tree, name) })
  })
  return (await Promise.all(asked)).flat()
}

const connectorOrigin = (tree: YamlTree, name: string): ConnectorEntry['origin'] => ({
  tree,
  path: ['connectors', name, 'config'],
})

const modelIn = (tree: YamlTree): Validated<Model> =>
  checked(tree, validate(tree, modelSchema(path.parse(tree.file).name)))

async function loadNamedModel(main: YamlTree, env: Environment): Promise<Loaded<Model>> {
  const written = valueAt(main.value, ['model'])
  const file =
    typeof written === 'string' && written !== ''
      ? absolute({ directory: path.dirname(main.file) }, written)
      : shippedFile('config/model.yaml')
  return loadNamed(main, ['model'], await readConfigFile(file, env), modelIn)
}

/** The mapping of each connector, by the connector's name; a file that two of them share is read once. */
async function loadMappings(
  main: YamlTree,
  segments: readonly string[],
  env: Environment,
): Promise<Map<string, Loaded<Mapping>>> {
  const files = new Map<string, Promise<ReadFile>>()
  const loaded = new Map<string, Loaded<Mapping>>()
  const schema = mappingSchema(segments)
  for (const name of keysOf(valueAt(main.value, ['connectors']))) {
    const at = ['connectors', name, 'mapping']
    const written = valueAt(main.value, at)
    if (typeof written !== 'string' || written === '') continue
    const file = absolute({ directory: path.dirname(main.file) }, written)
    const read = files.get(file) ?? readConfigFile(file, env)
    files.set(file, read)
    loaded.set(
      name,
      loadNamed(main, at, await read, tree => checked(tree, validate(tree, schema))),
    )
  }
  return loaded
}

/** A file that another one names: where it can't be read, the fault is in the line that names it. */
function loadNamed<T>(
  main: YamlTree,
  at: readonly string[],
  read: ReadFile,
  check: (tree: YamlTree) => Validated<T>,
): Loaded<T> {
  if ('tree' in read) return { result: check(read.tree), trees: [read.tree] }
  // A reference that could not be put in is told already.
  if (main.problems.some(problem => problem.key === at.join('.')))
    return { result: { problems: [] }, trees: [] }
  const problem = {
    file: main.shown,
    line: main.lineOf(at),
    key: at.join('.'),
    message: `${read.problem.message}: ${read.problem.file}`,
  }
  return { result: { problems: [problem] }, trees: [] }
}

const treesOf = (loaded: ReadonlyMap<string, Loaded<Mapping>>): YamlTree[] =>
  [...loaded.values()].flatMap(({ trees }) => trees)

/** By file in the order of reading, then by line; what two connectors say of one shared mapping is said once. */
function inOrder(problems: readonly ConfigProblem[]): ConfigProblem[] {
  const files = [...new Set(problems.map(({ file }) => file))]
  const once = new Map(problems.map(problem => [JSON.stringify(problem), problem]))
  return [...once.values()].toSorted(
    (left, right) => files.indexOf(left.file) - files.indexOf(right.file) || left.line - right.line,
  )
}

function assemble(
  main: YamlTree,
  own: OqlFile,
  mappings: ReadonlyMap<string, Loaded<Mapping>>,
  model: Model,
  { trees, redactor }: { trees: readonly YamlTree[]; redactor: Redactor },
): Config {
  const secrets = [...new Set(trees.flatMap(tree => tree.secrets))]
  redactor.hide(secrets)
  const { version: _version, model: _file, connectors, ...rest } = own
  const entries = Object.entries(connectors).map(([name, written]): [string, ConnectorEntry] => {
    const mapping = mappings.get(name)?.result
    if (mapping === undefined || !('value' in mapping)) throw new Error(`no mapping was read for ${name}`)
    return [
      name,
      {
        name,
        use: written.use,
        mapping: mapping.value,
        mappingFile: written.mapping,
        only: written.only ?? null,
        budget: written.budget ?? null,
        config: written.config,
        origin: connectorOrigin(main, name),
        redactor,
      },
    ]
  })
  return {
    ...rest,
    file: main.file,
    model,
    connectors: Object.fromEntries(entries),
    secrets,
    shortSecrets: trees.flatMap(({ shortSecrets }) => shortSecrets),
    redactor,
  }
}
