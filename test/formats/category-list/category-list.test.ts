import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatCategoryList, parseCategoryList } from '#src/formats/category-list/category-list.ts'

const parse = (text: string) => parseCategoryList(Buffer.from(text))
const outlooks = `<?xml version="1.0"?>
<categories default="Rot" lastSavedSession="5" lastSavedTime="2026-01-02T03:04:05.678" xmlns="CategoryList.xsd">
<category name="Rot" color="0" keyboardShortcut="0" usageCount="7" guid="{8D1C0AD6-9D03-4F9C-9F6C-21D5C2B7C2B1}"/>
  <category name='A &amp; "B" &#x20AC;' color='-1' guid='{00000000-0000-0000-0000-000000000001}' ></category>
</categories>
`

test('a list as Outlook writes it is read with names, colours and ids', () => {
  const list = parse(outlooks)!
  assert.deepEqual(
    list.categories.map(({ name, color, guid }) => [name, color, guid]),
    [
      ['Rot', '0', '{8D1C0AD6-9D03-4F9C-9F6C-21D5C2B7C2B1}'],
      ['A & "B" €', '-1', '{00000000-0000-0000-0000-000000000001}'],
    ],
  )
  assert.deepEqual(parseCategoryList(formatCategoryList(list))!.categories, list.categories)
  assert.match(Buffer.from(formatCategoryList(list)).toString(), /^<\?xml.*default="Rot".*<\/categories>/s)
})

test('a reference that XML does not know stays as it is written', () => {
  const list = parse('<categories><category name="A &toString;&constructor;&nbsp;&lt;"/></categories>')!
  assert.equal(list.categories[0]!.name, 'A &toString;&constructor;&nbsp;<')
})

test('an empty list has room for categories', () => {
  for (const text of [
    '<categories xmlns="CategoryList.xsd"/>',
    '<categories xmlns="CategoryList.xsd"> </categories>',
  ]) {
    const list = parse(text)!
    assert.deepEqual(list.categories, [], text)
    const [one] = parse(outlooks)!.categories
    const filled = parseCategoryList(formatCategoryList({ ...list, categories: [one!] }))
    assert.deepEqual(filled!.categories, [one], text)
  }
})

test('what is no such list is none, also where only a part of it is something else', () => {
  const inside = (text: string) => `<categories xmlns="CategoryList.xsd">${text}</categories>`
  for (const text of [
    '',
    'red',
    '<categories>',
    `${inside('')}<more/>`,
    inside('<!-- one --><category name="A"/>'),
    inside('<category name="A"><more/></category>'),
    inside('<category color="1"/>'),
    inside('<category name=""/>'),
    inside('<category name="A"/>text'),
    inside('<category name="A'),
    '<c:categories xmlns:c="CategoryList.xsd"><c:category name="A"/></c:categories>',
  ])
    assert.equal(parse(text), undefined, text)
  assert.equal(parseCategoryList(Buffer.from(inside('<category name="\xe4"/>'), 'latin1')), undefined)
})

test('any octets are a list or none, and a list stays what it is', () => {
  const piece = fc.constantFrom(
    '<categories',
    '>',
    '/>',
    '</categories>',
    '<category',
    ' name="a"',
    " color='1'",
    ' ',
    '&#x110000;',
    '&#65;',
  )
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array(),
        fc.array(piece).map((all) => Buffer.from(all.join(''))),
      ),
      (octets) => {
        const list = parseCategoryList(octets)
        if (list === undefined) return
        assert.deepEqual(parseCategoryList(formatCategoryList(list)), list)
      },
    ),
  )
})

test('a document of many attributes that does not end is refused at once', () => {
  const started = process.cpuUsage().user
  assert.equal(parse(`<categories${' a="1"'.repeat(20_000)}`), undefined)
  assert.equal(parse(`<categories><category${' a="1"'.repeat(20_000)}`), undefined)
  assert.equal(parse(`<categories>${'<category name="a" '.repeat(20_000)}`), undefined)
  assert.equal(parse(`<categories${' '.repeat(200_000)}`), undefined)
  assert.ok(process.cpuUsage().user - started < 2_000_000)
})
