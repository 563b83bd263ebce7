import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Rounds, roundsOf } from '#src/domain/delivery/rounds.ts'
import { parseMailboxList } from '#src/formats/address/mailbox-list.ts'

type Mail = { subject?: string; date?: string; dateMs?: number; body?: string; to?: string }

/** Which of these messages, one each `everyMs`, would be taken for one that goes in a circle. */
async function refused(
  rounds: Rounds,
  count: number,
  everyMs: number,
  mailOf: (no: number) => Mail,
): Promise<number[]> {
  const found: number[] = []
  for (let no = 1; no <= count; no++) {
    const { subject, date, dateMs, body = 'x', to = 'ann@corp.example' } = mailOf(no)
    const from = parseMailboxList('Sue <sue@sender.example>')
    const envelope = { from, ...(subject && { subject }), ...(date && { date }), ...(dateMs && { dateMs }) }
    const one = roundsOf(rounds, envelope, async () => body, no * everyMs)
    if (await one.isCircling(to)) found.push(no)
    else (await one.counting([to]))()
  }
  return found
}

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const date = 'Sat, 21 Nov 2026 12:00:00 +0000'

test('the same message goes round ten times, but for a quarter of a minute at least', async () => {
  assert.deepEqual(await refused(new Rounds(), 12, MINUTE, () => ({ date })), [11, 12])
  const quick = await refused(new Rounds(), 200, SECOND / 10, () => ({ date }))
  assert.equal(quick[0], 151)
  const rewritten = await refused(new Rounds(), 102, MINUTE, (no) => ({ date, body: `${no}` }))
  assert.deepEqual(rewritten, [101, 102])
})

const honest: [what: string, count: number, everyMs: number, mailOf: (no: number) => Mail][] = [
  ['a newsletter that reaches somebody three times', 3, HOUR / 2, () => ({ subject: 'News', date })],
  ['equal mail of a program each minute', 500, MINUTE, (no) => ({ subject: 'Alive', date: `minute ${no}` })],
  ['the same without a Date', 500, MINUTE, () => ({ subject: 'Alive' })],
  ['five thousand equal messages of one second', 5_000, 2, () => ({ date })],
  ['a hundred orders of one second, each with its text', 100, 20 * SECOND, (no) => ({ date, body: `${no}` })],
  ['one message to a thousand people', 1_000, SECOND, (no) => ({ date, to: `u${no}@corp.example` })],
  ['what is sent each hour under one Date', 200, HOUR, () => ({ subject: 'Cron', date })],
]
for (const [what, count, everyMs, mailOf] of honest) {
  test(`no circle: ${what}`, async () => {
    assert.deepEqual(await refused(new Rounds(), count, everyMs, mailOf), [])
  })
}

test('nobody uses up beforehand the rounds of what a program is going to write', async () => {
  const rounds = new Rounds()
  const at = 20 * MINUTE
  assert.deepEqual(await refused(rounds, 119, 10 * SECOND, () => ({ date, dateMs: at })), [])
  const later = roundsOf(rounds, { from: [], date, dateMs: at }, async () => 'x', at)
  assert.equal(await later.isCircling('ann@corp.example'), false)
})

test('what goes in a circle ends also where its Date is wrong', async () => {
  assert.deepEqual(await refused(new Rounds(), 12, MINUTE, () => ({ date, dateMs: 9 * HOUR })), [11, 12])
  assert.deepEqual(
    await refused(new Rounds(), 40, MINUTE, () => ({ date, dateMs: 25 * MINUTE })).then((all) => all[0]),
    35,
  )
})

test('what goes in a circle is remembered while others come by, and nothing for ever', () => {
  const rounds = new Rounds()
  let now = 0
  const others = (count: number) => {
    for (let no = 0; no < count; no++) rounds.count(`other ${now} ${no}`, now)
  }
  for (let round = 0; round < 10; round++) {
    now += MINUTE
    rounds.count('circle', now)
    others(10_000)
  }
  assert.equal(rounds.isCircling('circle', 10, now), true)
  others(40_000)
  assert.equal(rounds.isCircling('circle', 10, now), false)
  for (let round = 0; round < 10; round++) rounds.count('late', now)
  assert.equal(rounds.isCircling('late', 10, now + HOUR - 1), true)
  assert.equal(rounds.isCircling('late', 10, now + HOUR), false)
})
