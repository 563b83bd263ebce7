import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import fc from 'fast-check'
import type { EntryId } from '#src/base/ids.ts'
import type { AddressBooks } from '#src/domain/address-book/address-book.ts'
import { fold, looselyRead, queryWords, wordsOf } from '#src/domain/address-book/folding.ts'
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

const typed: [text: string, words: string[][]][] = [
  ['Müller', [['muller', 'mueller']]],
  ['mueller', [['mueller']]],
  ['Weiß WEISS weiẞ', [['weiss']]],
  [
    'Sørensen, Åse',
    [
      ['sorensen', 'soerensen'],
      ['ase', 'aase'],
    ],
  ],
  ['Lüdenscheidt-Ö', [['ludenscheidt-o', 'luedenscheidt-oe']]],
  ['u\u0308ber', [['uber', 'ueber']]],
  ['Kjær', [['kjaer']]],
  ['Щукин Ёлка', [['щукин'], ['елка']]],
]
for (const [text, words] of typed)
  it(`who types ${text} looks for ${words.map((word) => word.join(' or ')).join(', ')}`, () =>
    assert.deepEqual(queryWords(text), words))

it('a word that is typed is found on a card with it, and each of its forms begins one of the words there', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-zäöüøåßéłЁй'ｶ -]{1,20}$/), (text) => {
      const words = wordsOf(text)
      for (const forms of queryWords(text))
        for (const form of forms.map((each) => each.replace(/['-]+$/, '')))
          assert.ok(
            words.some((word) => word.startsWith(form)),
            `${form} of ${words}`,
          )
    }),
  )
})

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
    // As systems write names that know no umlauts.
    mueller: { name: 'umue', displayName: 'Uwe Mueller', addresses: ['um@corp.example'] },
    soeren: { name: 'soeren', displayName: 'Soeren Aagaard', addresses: ['sa@corp.example'] },
    bjorn: { name: 'bjorn', displayName: 'Bjorn Odegard', addresses: ['bo@corp.example'] },
    asa: { name: 'asa', displayName: 'Åsa Ødegård', addresses: ['ao@corp.example'] },
    kohl: { name: 'kohl', displayName: 'Kohl, Ute', addresses: ['uk@corp.example'] },
    koehler: { name: 'koehler', displayName: 'Ina Koehler', addresses: ['ik@corp.example'] },
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
    ['muell', ['anna', 'mueller']],
    ['MÜL', ['anna', 'mueller']],
    ['müller', ['anna', 'mueller']],
    ['müller, u', ['mueller']],
    ['uwe müller', ['mueller']],
    ['mull', ['anna']],
    ['uwe muller', ['mueller']],
    ['uwe.muller', ['mueller']],
    ['søren', ['soeren']],
    ['SOREN', ['soeren']],
    ['ågård', ['soeren']],
    ['agard', ['soeren']],
    ['aagaard', ['soeren']],
    ['björn', ['bjorn']],
    ['bjoern', ['bjorn']],
    ['ødegård', ['asa', 'bjorn']],
    ['oedegaard', ['asa']],
    ['odegard', ['asa', 'bjorn']],
    ['aasa', ['asa']],
    ['köhl', ['kohl', 'koehler']],
    ['kohl', ['kohl']],
    ['kohler', ['koehler']],
    ['weiß', ['weiss']],
    ['uwe@muller', []],
    ['sorenn', []],
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
    ['annex-', ['annex']],
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
    ['m%', ['conor', 'anna', 'mueller']],
    ['z'.repeat(200), []],
    ['a '.repeat(100), ['annex', 'asa', 'elodie', 'hannah', 'conor', 'anna', 'soeren', 'zoe']],
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
    assert.equal((await find('muell')).length, 2)
  })
})

it('a word of a whole page is read otherwise in a few ways only', () => {
  const began = process.cpuUsage().user
  const [word] = looselyRead(queryWords('obu'.repeat(10_000)))!
  assert.equal(word!.length, 9)
  assert.ok(process.cpuUsage().user - began < 2_000_000)
})
