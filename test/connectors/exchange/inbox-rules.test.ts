/** Rules as EWS writes them, read in our words: what is written is read again, and Outlook's own are left alone. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readInboxRule } from '#connectors/exchange/inbox-rules.ts'
import type { SourceRule } from '#src/domain/migration/source.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import { type RuleTests, ruleImportances } from '#src/domain/rules/rule.ts'
import { markPredicates, RULE_KILOBYTE, textPredicates } from '#src/wire/ews/model/rule-words.ts'
import { writeRuleActions, writeRuleTests } from '#src/wire/ews/model/write-rule.ts'
import { signal } from './exchange-site.ts'
import { bad, good, type Script, scriptedExchange } from './scripted-exchange.ts'

const words = fc.array(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 3 })
const person = fc.record(
  { name: fc.string({ minLength: 1, maxLength: 20 }), address: fc.emailAddress() },
  { noNullPrototype: true },
)
const people = fc.array(person, { minLength: 1, maxLength: 3 })
const moment = fc.integer({ min: 0, max: 4_000_000_000 }).map((seconds) => seconds * 1_000)
const size = fc.integer({ min: 0, max: 1_000_000 }).map((kilobytes) => kilobytes * RULE_KILOBYTE)
const range = (of: fc.Arbitrary<number>) =>
  fc.record({ from: of, to: of }, { requiredKeys: [], noNullPrototype: true })
const texts = Object.fromEntries(Object.values(textPredicates).map((place) => [place, words]))

const tests = fc.record(
  {
    contains: fc
      .record(texts, { requiredKeys: [], noNullPrototype: true })
      .filter((found) => Object.keys(found).length > 0),
    marks: fc.subarray(Object.values(markPredicates), { minLength: 1 }),
    categories: words,
    itemClasses: words,
    from: people,
    sentTo: people,
    flagged: fc.constantFrom('Any', 'Call', 'Reply'),
    importance: fc.constantFrom(...ruleImportances),
    sensitivity: fc.constantFrom('Normal', 'Personal', 'Private', 'Confidential'),
    received: range(moment),
    size: range(size),
  },
  { requiredKeys: [], noNullPrototype: true },
) as fc.Arbitrary<RuleTests>

test('conditions and exceptions are read again as they were written', () => {
  fc.assert(
    fc.property(tests, tests, (conditions, exceptions) => {
      const read = readInboxRule({
        ...{ DisplayName: 'any', Priority: 1, IsEnabled: true },
        ...{ Conditions: writeRuleTests(conditions), Exceptions: writeRuleTests(exceptions) },
        Actions: writeRuleActions({ markAsRead: true }, {}),
      })
      assert.deepEqual(read, {
        ...{ name: 'any', enabled: true, conditions, exceptions, actions: { markAsRead: true } },
      })
    }),
  )
})

const rule: SourceRule = {
  ...{ name: 'new', enabled: true, conditions: {}, exceptions: {} },
  actions: { redirectTo: [{ name: 'Ben', address: 'ben@corp.test' }] },
}

test('beside rules that Outlook keeps for itself nothing is changed, since the server would delete those', async (t) => {
  const script: Script = { GetInboxRules: () => ({ ...good, OutlookRuleBlobExists: true }) }
  const exchange = await scriptedExchange(script)
  t.after(() => exchange.end())
  const mailbox = await exchange.source().open('ann@corp.test', signal)
  await assert.rejects(
    mailbox.returns!.changeRules!([{ kind: 'make', rule, behind: null }], signal),
    (error) => error instanceof SourceFailure && error.code === 'outlook-rules',
  )
  assert.ok(!exchange.calls.includes('UpdateInboxRules'))
})

test('who may not read rules is refused that alone, and the server is asked for other things', async (t) => {
  for (const code of ['ErrorAccessDenied', 'ErrorInvalidOperation'] as const) {
    const exchange = await scriptedExchange({ GetInboxRules: () => bad(code) })
    t.after(() => exchange.end())
    const mailbox = await exchange.source().open('ann@corp.test', signal)
    await assert.rejects(
      mailbox.returns!.changeRules!([{ kind: 'make', rule, behind: null }], signal),
      (error) => error instanceof SourceFailure && error.kind === 'item-permanent' && error.code === code,
    )
  }
})

test('a rule whose people an old server writes by names of its own is the one that was made', async (t) => {
  const there: object[] = []
  const script: Script = {
    GetInboxRules: () => ({ ...good, OutlookRuleBlobExists: false, InboxRules: there }),
    UpdateInboxRules: ({ Operations: [first] }) => {
      const Ben = { Name: 'Ben', EmailAddress: '/o=Corp/cn=ben', RoutingType: 'EX' }
      const Actions = { RedirectToRecipients: [Ben] }
      there.push({ ...first!.CreateRuleOperation!.Rule, RuleId: 'r1', Actions })
      return good
    },
  }
  const exchange = await scriptedExchange(script)
  t.after(() => exchange.end())
  const mailbox = await exchange.source().open('ann@corp.test', signal)
  for (let time = 0; time < 2; time++)
    assert.deepEqual(await mailbox.returns!.changeRules!([{ kind: 'make', rule, behind: null }], signal), [
      null,
    ])
  assert.equal(there.length, 1)
})
