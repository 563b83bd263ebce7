/** Lists of safe and blocked senders, in the hidden rule of the inbox. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { noJunkLists } from '#src/domain/rules/junk-lists.ts'
import { formatJunkRule } from '#src/wire/ews/junk-rule.ts'
import { signal } from './exchange-site.ts'
import { bad, getItems, good, noFolders, type Script, scriptedExchange } from './scripted-exchange.ts'

const property = (PropertyTag: string, PropertyType: 'String' | 'Integer' | 'Binary', Value: string) => ({
  ExtendedFieldURI: { PropertyTag, PropertyType },
  Value,
})
const item = (Id: string, ...ExtendedProperty: object[]) => ({
  Message: { ItemId: { Id, ChangeKey: 'a' }, ItemClass: 'IPM.ExtendedRule.Message', ExtendedProperty },
})
const page = (...Items: object[]) => ({
  FindItemResponseMessage: {
    ...good,
    RootFolder: { IncludesLastItemInRange: true, TotalItemsInView: Items.length, Items },
  },
})
/** Hidden in the inbox; nothing is in the calendar, and the root cannot be found. */
const found = (...Items: object[]) => ({
  ResponseMessages: [page(...Items), page(), { FindItemResponseMessage: bad('ErrorFolderNotFound') }],
})
const others = item('R1', property('0x65eb', 'String', 'RuleOrganizer'))
const ours = item('R2', property('0x65eb', 'String', 'JunkEmailRule'))

async function settingsWith(script: Script) {
  const exchange = await scriptedExchange({
    FindFolder: noFolders,
    ...script,
  })
  try {
    const mailbox = await exchange.source().open('ann@corp.test', signal)
    const { junk, losses } = await mailbox.settings(signal)
    const lost = losses.filter(({ property }) => property === 'junk mail lists').map(({ reason }) => reason)
    return { junk, lost, requests: exchange.requests }
  } finally {
    await exchange.end()
  }
}

const ruleWith = (...properties: object[]): Script => ({
  FindItem: () => found(others, ours),
  GetItem: getItems((id) => ({ ...good, Items: [item(id, ...properties)] })),
})
const condition = (octets: Buffer) => property('0xe9a', 'Binary', octets.toString('base64'))
const lists = { blocked: ['a@bad.example', '@worse.example'], safe: ['b@good.example'], safeRecipients: [] }

test('they are read of the rule for junk mail among those of the inbox', async () => {
  const { junk, lost, requests } = await settingsWith(
    ruleWith(property('0x65e9', 'Integer', '49'), condition(formatJunkRule(lists))),
  )
  assert.deepEqual(junk, lists)
  assert.deepEqual(lost, [])
  const ids = requests.flatMap(({ operation, request }) =>
    operation === 'GetItem' ? (request as { ItemIds: { ItemId: { Id: string } }[] }).ItemIds : [],
  )
  assert.deepEqual(
    ids.map(({ ItemId }) => ItemId.Id),
    ['R2'],
  )
})

test('a rule that has none brings none', async () => {
  const { junk, lost } = await settingsWith(ruleWith(condition(formatJunkRule(noJunkLists))))
  assert.deepEqual(junk, noJunkLists)
  assert.deepEqual(lost, [])
})

test('it is found behind as many other hidden items as there are', async () => {
  const all = [...Array.from({ length: 450 }, (_, n) => item(`O${n}`)), ours]
  const offsets: number[] = []
  const { junk } = await settingsWith({
    ...ruleWith(condition(formatJunkRule(lists))),
    FindItem: ({ ParentFolderIds, IndexedPageItemView }) => {
      const { Offset, MaxEntriesReturned } = IndexedPageItemView!
      offsets.push(Offset)
      const some = all.slice(Offset, Offset + MaxEntriesReturned!)
      const more = page(...some)
      more.FindItemResponseMessage.RootFolder.IncludesLastItemInRange = Offset + some.length === all.length
      const { ResponseMessages } = found()
      return { ResponseMessages: [more, ...ResponseMessages.slice(1)].slice(0, ParentFolderIds.length) }
    },
  })
  assert.deepEqual(junk, lists)
  assert.deepEqual(offsets, [0, 200, 400])
})

test('what cannot be had of them is named', async () => {
  const cases: [Script, RegExp][] = [
    [{ FindItem: () => found(others) }, /shows no rule for junk mail/],
    [ruleWith(property('0x65e9', 'Integer', '48'), condition(formatJunkRule(lists))), /switched off there/],
    [ruleWith(), /does not show what is in its rule/],
    [ruleWith(condition(formatJunkRule(lists).subarray(0, 50))), /cannot be read/],
    [
      { FindItem: () => ({ ResponseMessages: [{ FindItemResponseMessage: bad('ErrorAccessDenied') }] }) },
      /could not be listed/,
    ],
    [{}, /could not be listed/],
  ]
  for (const [script, reason] of cases) {
    const { junk, lost } = await settingsWith(script)
    assert.equal(junk, null, String(reason))
    assert.equal(lost.length, 1, String(reason))
    assert.match(lost[0]!, reason)
  }
})
