import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { newPlace, type Place } from './place.ts'

/** Where nobody can make anything, root either: below a file, and where the system's own files are. */
async function places({ directory }: Place): Promise<string[]> {
  await writeFile(path.join(directory, 'afile'), 'x')
  return [path.join(directory, 'afile'), path.join(directory, 'afile/x'), '/proc/oql']
}

/** In words, about the place, with what to do. */
function expectWords(told: string, place: string): void {
  expect(told).not.toMatch(/should not be|\bat async\b|EN[A-Z]+|EEXIST/)
  expect(told).toMatch(new RegExp(`${path.dirname(place)}.* can't be written: [a-z]`))
  expect(told).toMatch(/another place|write there/)
}

test('a data folder that can not be written is told by score and check, in words', async () => {
  const place = await newPlace()
  for (const data of await places(place)) {
    const config = (await place.read('config/oql.yaml')).replace(/^data: .*$/m, `data: ${data}`)
    await place.write(
      'config/oql.yaml',
      `${config.replace(/^state: .*$/m, '')}\nstate: { url: "sqlite:../s.db" }\n`,
    )
    const scored = await place.oql('score')
    expect(scored.code).toBe(1)
    expectWords(scored.stderr, data)
    const checked = await place.oql('check', '--json')
    expect(checked.code).toBe(1)
    const { problems } = JSON.parse(checked.stdout) as {
      problems: { where: string; message: string; hint: string }[]
    }
    const found = problems.find(({ where }) => where === 'data')
    expectWords(`${found?.message} ${found?.hint}`, data)
  }
})

test('so are places that init and sample are to write to', async () => {
  const place = await newPlace()
  for (const there of await places(place)) {
    for (const command of ['init', 'sample']) {
      const { code, stderr } = await place.oql(command, there)
      expect(code).toBe(2)
      expectWords(stderr, there)
    }
  }
})

test('an address whose extension is not here is told by its source, with what to do', async () => {
  const place = await newPlace()
  await place.change('config/oql.yaml', '"../data/*.csv"', '"s3://bucket/*.csv"')
  const { code, stderr } = await place.oql('score')
  expect(code).toBe(1)
  expect(stderr).toMatch(/source own: s3:\/\/bucket\/\*\.csv needs the extension httpfs[\s\S]*INSTALL httpfs/)
  expect(stderr).not.toContain('should not be')
  expect((await place.oql('check')).stdout).toContain('needs the extension httpfs')
})
