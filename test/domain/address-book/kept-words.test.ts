import assert from 'node:assert/strict'
import { after, before, it } from 'node:test'
import type { EntryId } from '#src/base/ids.ts'
import { cardOf } from '#src/domain/address-book/card.ts'
import { type Block, CardIndex } from '#src/domain/address-book/card-index.ts'
import { FORM, wordsKeeper } from '#src/domain/address-book/kept-words.ts'
import type { Entry } from '#src/domain/directory/entry.ts'
import { freshEntry } from '#src/domain/directory/entry-changes.ts'
import { type TemporaryStore, temporaryStore } from '#test/support/store.ts'

let temporary: TemporaryStore
before(async () => {
  temporary = await temporaryStore({ mailboxes: 0 })
})
after(() => temporary.remove())

const going = new AbortController().signal

async function blocksOf(count: number, department: string): Promise<readonly Block[]> {
  const index = new CardIndex()
  for (let no = 0; no < count; no++) {
    const name = `name${String(no).padStart(5, '0')}`
    index.put({ id: `id${no}` as EntryId, sortKey: name, words: [`\u0001${name}`, `\u0004${department}`] })
  }
  await index.settle()
  return index.blocks
}

async function kept(): Promise<{ version: number; keptAt: number; blocks: Block[] } | undefined> {
  const found = await wordsKeeper(temporary.store).find(temporary.organization.id)
  return found && { ...found, blocks: await Array.fromAsync(found.blocks) }
}

it('what was kept last is found as it was, and nothing before it', async () => {
  const keeper = wordsKeeper(temporary.store)
  const organization = temporary.organization.id
  assert.equal(await kept(), undefined)
  const many = await blocksOf(5_000, 'Einkauf')
  assert.ok(many.length > 16, 'several parts')
  await keeper.keep(organization, { version: 7, keptAt: 70, blocks: many }, going)
  assert.deepEqual(await kept(), { version: 7, keptAt: 70, blocks: many })
  const few = await blocksOf(10, 'Отдел')
  await keeper.keep(organization, { version: 7, keptAt: 70, blocks: few }, going)
  assert.deepEqual(await kept(), { version: 7, keptAt: 70, blocks: few })
})

it('what was not kept to its end is not there', async () => {
  const keeper = wordsKeeper(temporary.store)
  const organization = temporary.organization.id
  const stop = new AbortController()
  const many = await blocksOf(5_000, 'Verkauf')
  const { stageBody } = temporary.store
  const store = {
    ...temporary.store,
    stageBody: (...args: Parameters<typeof stageBody>) => {
      stop.abort(new Error('stopped'))
      return stageBody(...args)
    },
  }
  await assert.rejects(
    wordsKeeper(store).keep(organization, { version: 8, keptAt: 80, blocks: many }, stop.signal),
    /stopped/,
  )
  assert.equal(await kept(), undefined)
  await keeper.keep(organization, { version: 9, keptAt: 90, blocks: many }, going)
  assert.deepEqual(await kept(), { version: 9, keptAt: 90, blocks: many })
})

it('what is forgotten is not there, and may be kept again', async () => {
  const keeper = wordsKeeper(temporary.store)
  const organization = temporary.organization.id
  await keeper.forget(organization)
  assert.equal(await kept(), undefined)
  await keeper.forget(organization)
  const few = await blocksOf(10, 'Lager')
  await keeper.keep(organization, { version: 3, keptAt: 30, blocks: few }, going)
  assert.deepEqual(await kept(), { version: 3, keptAt: 30, blocks: few })
})

it('is out of reach with the key', async () => {
  const organization = temporary.organization.id
  await temporary.store.organizations.disableKey(organization)
  await assert.rejects(wordsKeeper(temporary.store).find(organization), { reason: 'key-unavailable' })
  await temporary.store.organizations.enableKey(organization)
})

it('has the words of this form: whoever changes them gives it another number, as kept ones have those of before', () => {
  const entry = {
    ...freshEntry('id' as EntryId, 'j.muller', 'Jörg Müller-Łuc Åø ﾔﾏﾀﾞ', 0),
    addresses: [{ kind: 'primary', address: 'Joerg@corp.example' }],
    details: { department: 'Вход Ёлка', telephone: '+49 (30) 12-34' },
  } as unknown as Entry
  const kinds = cardOf(entry).words.map((word) => `${word.charCodeAt(0)} ${word.slice(1)}`)
  assert.deepEqual(
    [FORM, ...kinds],
    [
      2,
      ...['1 jorg muller-luc ao やまだ', '1 joerg mueller-luc aaoe やまだ'],
      ...['2 jorg', '2 muller-luc', '2 muller', '2 luc', '2 ao', '2 やまだ'],
      ...['2 joerg', '2 mueller-luc', '2 mueller', '2 aaoe'],
      ...['3 joerg@corp.example', '3 j.muller', '3 j', '3 muller', '3 joerg'],
      ...['4 вход', '4 елка', '4 49', '4 30', '4 12-34', '4 12', '4 34', '4 49301234'],
    ],
  )
})
