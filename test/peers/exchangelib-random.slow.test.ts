/** Scenario 13 of migration.md 5: what exchangelib made at random in a mailbox it finds in the copy, property by property. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type ExchangeSite, openExchangeSite } from '#test/connectors/exchange/exchange-site.ts'
import { passesBetween } from '#test/connectors/exchange/passes-between.ts'
import { PASSWORD } from '#test/stories/mail-site.ts'
import { exchangelib, said } from '#test/support/exchangelib.ts'
import { randomItems } from '#test/support/random-exchangelib.ts'

const SEED = process.env.LANDBRIDGE_SEED ?? '20261123'
const EACH = 1
const address = 'ann@corp.test'
const { skip } = exchangelib

let there: ExchangeSite
let here: ExchangeSite
before(async () => {
  if (skip) return
  ;[there, here] = [await openExchangeSite(), await openExchangeSite()]
  for (const site of [there, here]) await site.user('ann')
})
after(async () => {
  await there?.end()
  await here?.end()
})

test('items of every kind are the same in the copy for a client that is not ours', { skip }, async () => {
  const run = (site: ExchangeSite, how: string) =>
    said(randomItems, [site.url, PASSWORD, address, how, SEED, String(EACH)])
  await run(there, 'make')
  const { pass, losses } = await passesBetween(here, there.source(address), address)
  await pass()
  const shown = async (site: ExchangeSite) => (await run(site, 'show')).shown as Record<string, unknown>
  const [wanted, found] = await Promise.all([shown(there), shown(here)])
  assert.ok(Object.keys(wanted).length > 100, 'little was made')
  assert.deepEqual(found, wanted, JSON.stringify(await losses()))
})
