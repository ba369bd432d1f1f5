import { expect, it } from 'vitest'
import { WITHOUT_TIES } from '../../project/memory-project.ts'
import { newWorld } from '../../reference-connector/harness.ts'

const LEADS = `create: { when: {} }
leads: { when: {}, fields: [ { from: score, to: score } ] }`

it('a CRM that ties a lead to nothing gets one for each account, and none where people have one by the name', async () => {
  const world = await newWorld({ use: WITHOUT_TIES, mapping: LEADS })
  world.crm.add({ name: 'b.com' }, 'leads')
  await world.remember({ domain: 'a.com' }, { domain: 'b.com' })
  expect(await world.run()).toMatchObject({
    status: 'ok',
    leads: { made: 1, open: 2, notMade: { open_lead: 1 } },
  })
  const ours = () => world.crm.all('leads').filter(({ fields }) => fields.lead_key === 'a.com#1')
  expect(ours()).toHaveLength(1)
  expect(await world.run()).toMatchObject({ leads: { made: 0, updated: 0, open: 2 } })
  expect(ours()).toHaveLength(1)
})
