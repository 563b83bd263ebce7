import { foldForSearch } from '#src/formats/text/case-fold.ts'
import type { MessageFacts } from './message-facts.ts'
import type { Rule, RulePerson, RuleTests, TextPlace } from './rule.ts'

/** Whether a rule is for a message: all of its conditions hold, and none of its exceptions. */
export async function isFor({ conditions, exceptions }: Rule, facts: MessageFacts): Promise<boolean> {
  for (const test of testsOf(conditions, facts)) if (!(await test())) return false
  for (const test of testsOf(exceptions, facts)) if (await test()) return false
  return true
}

type Test = () => boolean | Promise<boolean>

/** What costs nothing first; texts are read last. */
function testsOf(tests: RuleTests, facts: MessageFacts): Test[] {
  const { importance, sensitivity, received, size, flagged, categories, itemClasses, from, sentTo } = tests
  const asked = (value: unknown, test: Test): Test[] => (value === undefined ? [] : [test])
  return [
    ...(tests.marks ?? []).map((mark) => () => facts.is(mark)),
    ...asked(importance, () => facts.importance === importance),
    ...asked(sensitivity, () => facts.sensitivity === sensitivity),
    ...asked(received, () => within(facts.receivedAt, received!)),
    ...asked(size, () => within(facts.sizeBytes, size!)),
    ...asked(flagged, () => isFlagged(facts.flaggedFor, flagged!)),
    ...asked(categories, () => some(categories!, (word) => facts.categories.includes(word.toLowerCase()))),
    ...asked(itemClasses, () => some(itemClasses!, (name) => isOfClass(facts.itemClass, name))),
    ...asked(sentTo, () => isAmong(sentTo!, new Set(facts.recipients))),
    ...asked(from, async () => isAmong(from!, await facts.senders())),
    ...Object.entries(tests.contains ?? {}).map(([place, texts]) => async () => {
      const text = await facts.text(place as TextPlace)
      return some(texts, (one) => text.includes(foldForSearch(one.replace(/[ \t\r\n]+/g, ' '))))
    }),
  ]
}

const some = <T>(all: readonly T[], test: (one: T) => boolean): boolean => all.some(test)

const within = (value: number, { from, to }: { from?: number; to?: number }): boolean =>
  (from === undefined || value >= from) && (to === undefined || value <= to)

const isAmong = (people: readonly RulePerson[], addresses: ReadonlySet<string>): boolean =>
  people.some(({ address }) => addresses.has(address.toLowerCase()))

/** The very class; which answer to a meeting it is, is not looked at. */
const isOfClass = (itemClass: string, name: string): boolean =>
  itemClass.toLowerCase() === name.toLowerCase().replace(/^(ipm\.schedule\.meeting\.resp)\..*$/, '$1')

/** Outlook writes the words of its list, in its language; the spaces are those of people. */
const isFlagged = (written: string, wanted: string): boolean =>
  written !== '' && (wanted === 'Any' || written.replace(/\s+/g, '').toLowerCase() === wanted.toLowerCase())
