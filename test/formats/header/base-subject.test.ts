import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { baseSubject } from '#src/formats/header/base-subject.ts'

const cases: [subject: string, base: string, isReply: boolean][] = [
  ['', '', false],
  ['plan', 'plan', false],
  ['  the \t plan \r\n goes  on ', 'the plan goes on', false],
  ['Re: plan', 'plan', true],
  ['RE:plan', 'plan', true],
  ['re : re:  Re  :plan', 'plan', true],
  ['Fw: Fwd: FWD : plan', 'plan', true],
  ['Re[4]: plan', 'plan', true],
  ['Re [4] : plan', 'plan', true],
  ['Re[4]x: plan', 'Re[4]x: plan', false],
  ['Reply: plan', 'Reply: plan', false],
  ['Aw: plan', 'Aw: plan', false],
  ['[list] plan', 'plan', false],
  ['[list]plan', 'plan', false],
  ['[list] Re: [list] plan', 'plan', true],
  ['[a] [b] Re: plan', 'plan', true],
  ['Re: [a] [b]', '[b]', true],
  ['[a][b]', '[b]', false],
  ['[a]', '[a]', false],
  ['[a] ', '[a]', false],
  ['Re: ', '', true],
  ['Re:', '', true],
  ['plan (fwd)', 'plan', true],
  ['plan (FWD)  (fwd) ', 'plan', true],
  ['plan(fwd)', 'plan', true],
  ['(fwd)', '', true],
  ['(fwd) plan', '(fwd) plan', false],
  ['[fwd: plan]', 'plan', true],
  ['[Fwd: Re: plan (fwd)]', 'plan', true],
  ['Re: [FWD:[fwd: [list] plan]] (fwd)', 'plan', true],
  ['[fwd: plan] more', 'more', false],
  ['[fwd: plan', '[fwd: plan', false],
  ['[unfinished plan', '[unfinished plan', false],
  ['[a [b] plan', '[a [b] plan', false],
  ['[]', '[]', false],
  ['[] []  ', '[]', false],
]

for (const [subject, base, isReply] of cases) {
  test(`the base of ${JSON.stringify(subject)} is ${JSON.stringify(base)}`, () =>
    assert.deepEqual(baseSubject(subject), { base, isReply }))
}

/** RFC 5256 §2.1 step by step, as slow as it reads. */
function bySteps(subject: string): string {
  let text = subject.replace(/[ \t\r\n]+/g, ' ')
  for (;;) {
    for (let before = ''; before !== text; ) {
      before = text
      text = text.replace(/(?:\(fwd\)| )$/i, '')
    }
    for (let before = ''; before !== text; ) {
      before = text
      text = text.replace(/^(?:(?:\[[^[\]]*\] *)*(?:re|fwd?) *(?:\[[^[\]]*\] *)?:| )/i, '')
      if (text !== before) continue
      const without = text.replace(/^\[[^[\]]*\] */, '')
      if (without !== '') text = without
    }
    const forwarded = /^\[fwd:(.*)\]$/is.exec(text)
    if (!forwarded) return text
    text = forwarded[1]!
  }
}

test('any subject has the base that the steps of the RFC give', () => {
  const piece = fc.constantFrom('re', 'fw', 'fwd', ':', '[', ']', '[fwd:', '(fwd)', ' ', '\t', 'x', '[a]')
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
      const subject = pieces.join('')
      assert.equal(baseSubject(subject).base, bySteps(subject))
    }),
    { numRuns: 3_000 },
  )
})

test('a hostile subject takes no time', () => {
  const begun = process.cpuUsage()
  for (const piece of ['[a] ', '[fwd:', 're:', '(fwd)', '[', 're [x] ']) baseSubject(piece.repeat(60_000))
  assert.ok(process.cpuUsage(begun).user < 2_000_000)
})
