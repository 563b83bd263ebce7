import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { EntryId } from '#src/base/ids.ts'
import type { AddressBooks } from '#src/domain/address-book/address-book.ts'
import { fold, wordsOf } from '#src/domain/address-book/folding.ts'
import { createContact, updateContact } from '#src/domain/directory/contacts.ts'
import { deleteEntry } from '#src/domain/directory/entry-changes.ts'
import { booksOf } from '#test/support/address-books.ts'
import { type TemporaryStore, temporaryStore } from '#test/support/store.ts'

const folded: [text: string, folded: string][] = [
  ['Müller', 'muller'],
  ['STRASSE', 'strasse'],
  ['Straße', 'strasse'],
  ['Élodie Béranger', 'elodie beranger'],
  ['Œuvre', 'oeuvre'],
  ['Семён', 'семен'],
  ['Андрей', 'андрей'],
  ['ヤマダ', 'やまだ'],
  ['ﾔﾏﾀﾞ', 'やまだ'],
  ['ＡＢＣ', 'abc'],
  ['İstanbul', 'istanbul'],
  ['Łódź', 'lodz'],
]
for (const [text, expected] of folded)
  it(`${text} is found as ${expected}`, () => assert.equal(fold(text), expected))

it('a name with an umlaut is found both ways', () => {
  assert.deepEqual(wordsOf('Müller-Lüdenscheidt, Anna'), [
    'muller-ludenscheidt',
    'muller',
    'ludenscheidt',
    'anna',
    'mueller-luedenscheidt',
    'mueller',
    'luedenscheidt',
  ])
})

describe('the address book', () => {
  let temporary: TemporaryStore
  let books: AddressBooks
  const people: Record<string, Parameters<typeof createContact>[2]> = {
    anna: {
      name: 'amuell',
      displayName: 'Müller, Anna',
      addresses: ['anna.mueller@corp.example', 'am@corp.example'],
      details: { firstName: 'Anna', lastName: 'Müller', department: 'Vertrieb' },
    },
    taro: {
      name: 'yamada',
      displayName: '山田 太郎',
      addresses: ['t@corp.example'],
      details: { phoneticDisplayName: 'ヤマダ タロウ' },
    },
    semyon: { name: 'semyon', displayName: 'Семён Петров', addresses: ['s@corp.example'] },
    conor: {
      name: 'oconnor',
      displayName: 'Mary-Ann O’Connor',
      addresses: ['mo@corp.example'],
      details: { telephone: '+49 30 123-456' },
    },
    elodie: { name: 'eberan', displayName: "Élodie D'Artagnan", addresses: ['eb@corp.example'] },
    weiss: { name: 'jw', displayName: 'Jörg Weißmann', addresses: ['jw@corp.example'] },
    hidden: { name: 'hidden', displayName: 'Anna Hidden', addresses: ['h@corp.example'], hidden: true },
    hannah: { name: 'hannah', displayName: 'Hannah Anna', addresses: ['x@corp.example'] },
    annex: { name: 'annex', displayName: 'Annex', addresses: ['building@corp.example'] },
    zoe: { name: 'zoe', displayName: 'Zoe', addresses: ['anna@other.example'] },
  }
  const ids = new Map<string, EntryId>()
  before(async () => {
    temporary = await temporaryStore({ mailboxes: 0 })
    books = booksOf(temporary.store)
    for (const [key, contact] of Object.entries(people))
      ids.set(key, (await createContact(temporary.store, temporary.organization.id, contact, 0)).id)
  })
  after(async () => {
    books.close()
    await temporary.remove()
  })
  const find = async (text: string) => {
    const found = await books.search(temporary.organization.id, text, 50)
    return found.map(({ id }) => [...ids].find(([, each]) => each === id)![0])
  }

  const searches: [text: string, found: string[]][] = [
    ['muell', ['anna']],
    ['MÜL', ['anna']],
    ['mull', ['anna']],
    ['anna mül', ['anna']],
    ['vert', ['anna']],
    ['anna.mu', ['anna']],
    ['am@corp', ['anna']],
    ['やま', ['taro']],
    ['ﾔﾏﾀﾞ', ['taro']],
    ['山', ['taro']],
    ['太郎', ['taro']],
    ['семе', ['semyon']],
    ['Петр', ['semyon']],
    ['Семен', ['semyon']],
    ["o'con", ['conor']],
    ['o’con', ['conor']],
    ['oconn', ['conor']],
    ['mary ann', ['conor']],
    ['mary-ann o', ['conor']],
    ['ann mary', ['conor']],
    ['connor mary', ['conor']],
    ['connor, mary', ['conor']],
    ['mary.oconnor', ['conor']],
    ['123-456', ['conor']],
    ['+49 30 12', ['conor']],
    ['493012', ['conor']],
    ['dartag', ['elodie']],
    ['ELODIE', ['elodie']],
    ['weiss', ['weiss']],
    ['WEISSM', ['weiss']],
    ['joerg weiß', ['weiss']],
    ['jorg', ['weiss']],
    ['ﾀﾛｳ ﾔﾏﾀﾞ', ['taro']],
    ['%', []],
    ['_', []],
    ['*', []],
    ['"', []],
    ["'", []],
    ['\\', []],
    ['m%', ['conor', 'anna']],
    ['z'.repeat(200), []],
    ['a '.repeat(100), ['annex', 'elodie', 'hannah', 'conor', 'anna', 'zoe']],
    ['\u0001', []],
    ['nna', []],
    ['', []],
    [' , ', []],
  ]
  for (const [text, expected] of searches)
    it(`finds ${expected.join() || 'nobody'} by "${text}"`, async () =>
      assert.deepEqual(await find(text), expected))

  it('shows names that begin so first, then other words of names, then addresses; never the hidden', async () => {
    assert.deepEqual(await find('ann'), ['annex', 'hannah', 'conor', 'anna', 'zoe'])
  })

  it('follows every change of the directory', async () => {
    const organization = temporary.organization.id
    await updateContact(temporary.store, organization, ids.get('annex')!, { displayName: 'Tower' })
    assert.deepEqual(await find('tow'), ['annex'])
    assert.deepEqual(await find('annex'), ['annex'], 'its alias is still annex')
    await updateContact(temporary.store, organization, ids.get('hidden')!, { hidden: false })
    assert.deepEqual(await find('anna hid'), ['hidden'])
    await deleteEntry(temporary.store, organization, ids.get('zoe')!, 0)
    assert.deepEqual(await find('zoe'), [])
  })

  it('is gone with the key', async () => {
    const organization = temporary.organization.id
    assert.equal(books.held.books, 1)
    await temporary.store.organizations.disableKey(organization)
    await books.forgetUnused()
    assert.equal(books.held.books, 0)
    await assert.rejects(books.search(organization, 'anna', 10), { reason: 'key-unavailable' })
    await temporary.store.organizations.enableKey(organization)
    assert.equal((await find('muell')).length, 1)
  })
})
