/** Scenario 13 of migration.md 5: properties set at random, and changed between passes, are shown by EWS on both sides alike. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openLandbridgeSource } from '#connectors/landbridge/landbridge-source.ts'
import type { MailboxSource } from '#src/domain/migration/source.ts'
import { exchangeSiteWith, sourceOverRole } from './exchange-site.ts'
import { passesBetween } from './passes-between.ts'
import { change, make, seedWith } from './random-items.ts'
import { shown } from './shown-items.ts'

const PASSES = 2
const SEED = Number(process.env.LANDBRIDGE_SEED ?? 20_261_123)

const there = await exchangeSiteWith()
const here = await exchangeSiteWith()

/** As mailboxes of the other service can be read. */
const sources: Readonly<Record<string, (address: string) => Promise<MailboxSource>>> = {
  ann: async (address) => there.source(address),
  // As Amazon WorkMail is read.
  bob: () => sourceOverRole(there),
  carl: async () => {
    const { organization, service } = there
    return openLandbridgeSource({ store: service.data.store, organization, place: 'there' })
  },
}

for (const [seed, [name, how], over] of Object.entries(sources).map(
  (each, at) => [SEED + at, each, ['EWS', 'a role of WorkMail', 'the other store'][at]] as const,
))
  test(`whatever is set of mail, drafts, events, contacts, tasks and notes, and changed between passes, is so here: over ${over}`, async () => {
    for (const site of [there, here]) await site.user(name)
    const address = `${name}@corp.test`
    seedWith(seed)
    const { pass, losses } = await passesBetween(here, await how(address), address)
    const [theirs, ours] = [there.client(address), here.client(address)]
    const made = await make(theirs)
    for (let no = 0; no <= PASSES; no++) {
      if (no > 0) await change(theirs, made)
      await pass()
      const [wanted, found] = [await shown(theirs), await shown(ours)]
      const keys = [...new Set([...wanted.keys(), ...found.keys()])]
      const other = keys.filter((key) => wanted.get(key) !== found.get(key))
      const told = other.map((key) => `pass ${no}: ${key}: ${wanted.get(key)} is ${found.get(key)}`)
      assert.deepEqual(told, [], JSON.stringify(await losses()))
    }
  })
