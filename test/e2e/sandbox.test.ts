import { expect, test } from 'vitest'
import { z } from 'zod'
import { newPlace } from './place.ts'

const page = z.object({ results: z.array(z.object({ id: z.string() })) })

/** What a sandbox answers to two updates of which one is bad. */
async function answerOf(...args: string[]): Promise<number> {
  const run = (await newPlace()).start(
    'sandbox',
    'hubspot',
    '--port',
    '0',
    '--companies',
    '2',
    '--json',
    ...args,
  )
  const { url, env } = await new Promise<{ url: string; env: Record<string, string> }>(resolve =>
    run.child.stdout?.once('data', (text: Buffer) => resolve(JSON.parse(text.toString()))),
  )
  const headers = { authorization: `Bearer ${env.HUBSPOT_TOKEN}`, 'content-type': 'application/json' }
  const companies = `${url}/crm/objects/2026-09/companies`
  const { results } = page.parse(await (await fetch(companies, { headers })).json())
  const inputs = [{ city: 'Rome' }, { nope: '1' }].map((properties, index) => ({
    id: results[index]?.id,
    properties,
    objectWriteTraceId: String(index),
  }))
  const body = JSON.stringify({ inputs })
  const { status } = await fetch(`${companies}/batch/update`, { method: 'POST', headers, body })
  run.child.kill('SIGINT')
  expect((await run.ended).code).toBe(0)
  return status
}

test('one bad record fails a batch of updates in the stand-in of HubSpot, unless each answers for itself', async () => {
  expect(await answerOf()).toBe(400)
  expect(await answerOf('--batch-errors', 'each')).toBe(200)
})

test('what only HubSpot has is refused where another CRM stands in', async () => {
  const place = await newPlace()
  const wrong = await place.oql('sandbox', 'salesforce', '--port', '0', '--contact-companies')
  expect(wrong.stderr).toContain('the sandbox of Salesforce has no setting contact_companies')
  expect(wrong.code).toBe(2)
  expect((await place.oql('sandbox', 'hubspot', '--batch-errors', 'some')).code).toBe(2)
})
