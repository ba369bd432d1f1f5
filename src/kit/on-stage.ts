import { type Logger, pino } from 'pino'
import type { Fields, Session, Tools } from '../contract/index.ts'
import { fieldsBeside } from './beside.ts'
import type { Harness, Subject } from './harness.ts'
import { openHook } from './hook.ts'
import { openRelay } from './relay.ts'
import type { AnyConnector, Stage } from './stage.ts'

/** Opens a stage, and hands it to `play`. */
export async function onStage(
  connector: AnyConnector,
  harness: Harness,
  subject: Subject,
  play: (stage: Stage) => Promise<void>,
): Promise<void> {
  const crm = await harness.start()
  const relay = await openRelay(crm.url, harness.tokenPath)
  const sessions: Session[] = []
  try {
    await play(createStage({ connector, harness, subject, crm, relay }, sessions))
  } finally {
    // First the relay: a connector that waits for an answer gets none any more.
    await relay.close()
    await crm.close()
    await Promise.all(sessions.map(session => session.close()))
  }
}

type Scene = Pick<Stage, 'connector' | 'harness' | 'subject' | 'crm' | 'relay'>

function createStage(scene: Scene, sessions: Session[]): Stage {
  const { connector, subject, crm, relay } = scene
  const { object } = subject
  const log: string[] = []
  const failures: string[] = []
  const told = new Set<string>()
  const tools: Tools = { log: loggerInto(log), now: () => new Date(), secret: text => void told.add(text) }
  let names = 0

  const stage: Stage = {
    ...scene,
    log,
    told,
    failures,
    tools,
    must: (isKept, otherwise) => {
      if (!isKept) failures.push(otherwise)
    },
    config: () => crm.config(relay.url),
    open: async (config = crm.config(relay.url)) => {
      const session = await connector.open(connector.config.parse(config), tools)
      sessions.push(session)
      return session
    },
    ready: async () => {
      const session = await stage.open()
      if (connector.capabilities.schema) {
        const ofObject = fieldsBeside(stage).filter(([beside]) => beside === object)
        const wanted = [...subject.wanted, ...ofObject.flatMap(([, fields]) => fields)]
        await session.ensureSchema(object, wanted, { ...stage.hook(), dryRun: false })
      }
      await stage.read(session, { object, ids: await stage.insert({}) }, [subject.note])
      return session
    },
    hook: () => openHook(relay),
    domain: () => `kit-${++names}.example`,
    insert: async (...records) => crm.insert(object, records.map(withName)),
    records: async () => crm.records(object),
    read: (session, query, fields = [], call = stage.hook()) =>
      Array.fromAsync(session.read(query, fields, call)),
  }
  /** No CRM takes a record without its name. */
  const withName = (fields: Fields): Fields => ({
    ...Object.fromEntries((connector.capabilities.nameFields[object] ?? []).map(name => [name, 'Kit'])),
    ...fields,
  })
  return stage
}

function loggerInto(lines: string[]): Logger {
  return pino({ level: 'trace' }, { write: line => lines.push(line) })
}
