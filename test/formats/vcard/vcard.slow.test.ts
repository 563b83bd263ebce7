import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { type Card, fullNameOf } from '#src/formats/jscontact/card.ts'
import { formatCards } from '#src/formats/vcard/format.ts'
import { parseCards } from '#src/formats/vcard/parse.ts'

const read = (...lines: string[]): Card =>
  parseCards(['BEGIN:VCARD', ...lines, 'END:VCARD', ''].join('\r\n'))[0]!
const plain = (card: Card) => {
  const { '@type': type, version, uid, ...rest } = card
  return rest
}

const cases: [what: string, lines: string[], card: Partial<Card>][] = [
  [
    'names',
    ['FN:Dr. Ann Lee', 'N;SORT-AS="Lee,Ann":Lee;Ann;Mae,Sue;Dr.;PhD', 'NICKNAME:Annie,Mae\\, Sue'],
    {
      name: {
        full: 'Dr. Ann Lee',
        components: [
          { kind: 'surname', value: 'Lee' },
          { kind: 'given', value: 'Ann' },
          { kind: 'given2', value: 'Mae' },
          { kind: 'given2', value: 'Sue' },
          { kind: 'title', value: 'Dr.' },
          { kind: 'credential', value: 'PhD' },
        ],
        sortAs: { surname: 'Lee', given: 'Ann' },
      },
      nicknames: { 1: { name: 'Annie' }, 2: { name: 'Mae, Sue' } },
    },
  ],
  [
    'ways to reach, of version 3 and 4',
    [
      'EMAIL;TYPE=INTERNET,WORK,pref:ann@corp.example',
      'EMAIL;PREF=2:a@b.example',
      'TEL;TYPE=CELL;TYPE=HOME:+1 2',
      'TEL;VALUE=uri:tel:+3',
      'item1.TEL:4',
      'item1.X-ABLabel:_$!<Main>!$_',
    ],
    {
      emails: {
        1: { address: 'ann@corp.example', contexts: { work: true }, pref: 1 },
        2: { address: 'a@b.example', pref: 2 },
      },
      phones: {
        1: { number: '+1 2', features: { mobile: true }, contexts: { private: true } },
        2: { number: '+3' },
        3: { number: '4', label: 'Main' },
      },
    },
  ],
  [
    'an address',
    ['ADR;TYPE=work;LABEL="1 Way\\nTown";GEO="geo:1,2";CC=DE:;;1 Way;Town;;12345;Germany'],
    {
      addresses: {
        1: {
          contexts: { work: true },
          components: [
            { kind: 'name', value: '1 Way' },
            { kind: 'locality', value: 'Town' },
            { kind: 'postcode', value: '12345' },
            { kind: 'country', value: 'Germany' },
          ],
          full: '1 Way\\nTown',
          coordinates: 'geo:1,2',
          countryCode: 'DE',
        },
      },
    },
  ],
  [
    'days as much as they are known',
    ['BDAY:1980-02-15', 'ANNIVERSARY:--0705', 'DEATHDATE:---15'],
    {
      anniversaries: {
        1: { kind: 'birth', date: { year: 1980, month: 2, day: 15 } },
        2: { kind: 'wedding', date: { month: 7, day: 5 } },
        3: { kind: 'death', date: { day: 15 } },
      },
    },
  ],
  [
    'a year, a month',
    ['BDAY:1980', 'ANNIVERSARY:1999-05'],
    {
      anniversaries: {
        1: { kind: 'birth', date: { year: 1980 } },
        2: { kind: 'wedding', date: { year: 1999, month: 5 } },
      },
    },
  ],
  [
    'work',
    ['ORG:Corp\\; Inc;Sales;', 'TITLE:Head', 'ROLE:Boss', 'CATEGORIES:Red,Blue'],
    {
      organizations: { 1: { name: 'Corp; Inc', units: [{ name: 'Sales' }] } },
      titles: { 1: { name: 'Head', kind: 'title' }, 2: { name: 'Boss', kind: 'role' } },
      keywords: { Red: true, Blue: true },
    },
  ],
  [
    'a photo within it',
    ['PHOTO;ENCODING=b;TYPE=PNG:iVBORw0K'],
    { media: { 1: { kind: 'photo', uri: 'data:image/png;base64,iVBORw0K' } } },
  ],
  [
    'a list',
    ['KIND:group', 'FN:Team', 'MEMBER:mailto:a@b.example', 'MEMBER:urn:uuid:1'],
    { kind: 'group', name: { full: 'Team' }, members: { 'mailto:a@b.example': true, 'urn:uuid:1': true } },
  ],
  [
    'a list of Apple',
    ['X-ADDRESSBOOKSERVER-KIND:group', 'X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:2'],
    { kind: 'group', members: { 'urn:uuid:2': true } },
  ],
  [
    'version 2.1',
    [
      'VERSION:2.1',
      'N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;J=C3=',
      '=B6rg',
      'TEL;HOME;VOICE:1',
    ],
    {
      name: {
        components: [
          { kind: 'surname', value: 'Müller' },
          { kind: 'given', value: 'Jörg' },
        ],
      },
      phones: { 1: { number: '1', features: { voice: true }, contexts: { private: true } } },
    },
  ],
  [
    'what it has no place for',
    ['X-SOMETHING;A=b:c', 'GEO:1;2'],
    {
      vCard: {
        properties: [
          ['X-SOMETHING', { A: ['b'] }, 'c'],
          ['GEO', {}, '1;2'],
        ],
      },
    },
  ],
  [
    'services',
    ['X-SKYPE:ann.lee', 'IMPP;X-SERVICE-TYPE=Matrix:matrix:u/ann'],
    {
      onlineServices: {
        1: { service: 'Skype', user: 'ann.lee' },
        2: { uri: 'matrix:u/ann', service: 'Matrix' },
      },
    },
  ],
]

for (const [what, lines, card] of cases) {
  test(`reads ${what}, and again what it writes`, () => {
    const made = read(...lines)
    assert.deepEqual(plain(made), card)
    for (const version of ['4.0', '3.0'] as const) {
      const again = parseCards(formatCards([made], version))[0]!
      const { name, ...rest } = plain(again)
      const { name: before, ...others } = plain(made)
      const whole = version === '4.0' || !JSON.stringify(others).includes('"pref":2')
      if (whole) assert.deepEqual(rest, others, version)
      assert.deepEqual(name?.components, before?.components)
      assert.equal(fullNameOf(again), fullNameOf(made))
    }
  })
}

const word = fc
  .string({
    minLength: 1,
    maxLength: 12,
    unit: fc.constantFrom('a', 'B', 'ü', '漢', ' ', ',', ';', '\\', '"', '^', ':', '\n'),
  })
  .map((one) => one.trim())
  .filter((one) => one !== '')
const numbered = <T>(one: fc.Arbitrary<T>) =>
  fc
    .array(one, { minLength: 1, maxLength: 3 })
    .map((all) => Object.fromEntries(all.map((each, at) => [String(at + 1), each])))
const contexts = fc.option(fc.constantFrom({ work: true as const }, { private: true as const }), {
  nil: undefined,
})
const some = <T extends Record<string, unknown>>(record: T): T =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as T

const aCard: fc.Arbitrary<Card> = fc
  .record(
    {
      uid: fc.uuid(),
      name: fc.record({ full: word }),
      nicknames: numbered(fc.record({ name: word })),
      notes: numbered(fc.record({ note: word })),
      titles: numbered(fc.record({ name: word, kind: fc.constantFrom('title' as const, 'role' as const) })),
      organizations: numbered(fc.record({ name: word })),
      emails: numbered(
        fc
          .record({
            address: fc.emailAddress(),
            contexts,
            pref: fc.option(fc.integer({ min: 1, max: 100 }), { nil: undefined }),
          })
          .map(some),
      ),
      phones: numbered(
        fc
          .record({
            number: fc.stringMatching(/^\+[0-9 ]{3,10}[0-9]$/),
            contexts,
            label: fc.option(
              word.filter((one) => !one.includes('\n')),
              { nil: undefined },
            ),
          })
          .map(some),
      ),
      keywords: fc
        .uniqueArray(fc.stringMatching(/^[a-zA-Z]{1,8}$/), { minLength: 1 })
        .map((all) => Object.fromEntries(all.map((one) => [one, true as const]))),
    },
    { requiredKeys: ['uid', 'name'] },
  )
  .map((card) => ({ '@type': 'Card', version: '1.0', ...card }) as Card)

test('what version 4 is written is read back', () => {
  fc.assert(
    fc.property(aCard, (card) => {
      assert.deepEqual(parseCards(formatCards([card])), [JSON.parse(JSON.stringify(card))])
    }),
    { numRuns: 200 },
  )
})

test('any text is cards or a fault, and no value gets out of its line', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
      try {
        parseCards(`BEGIN:VCARD\r\n${text}\r\nEND:VCARD\r\n`)
      } catch (error) {
        assert.ok(error instanceof SyntaxFault)
      }
      const written = formatCards([
        { '@type': 'Card', version: '1.0', uid: text, name: { full: text }, links: { 1: { uri: text } } },
      ])
      for (const line of written.replace(/\r\n /g, '').split('\r\n').filter(Boolean))
        assert.match(line, /^(BEGIN|VERSION|UID|FN|N|URL|END)[;:]/)
    }),
  )
  assert.throws(() => parseCards('hello'), SyntaxFault)
})

test('what is no quoted-printable of vCard 2.1 is read once, however often its name stands there', () => {
  const odd = 'QUOTED-PRINTABLE'.repeat(40_000)
  const [card] = parseCards(
    `BEGIN:VCARD\r\nVERSION:2.1\r\n${odd}\r\nFN;ENCODING=QUOTED-PRINTABLE:A=\r\nnn\r\nEND:VCARD\r\n`,
  )
  assert.equal(card?.name?.full, 'Ann')
})
