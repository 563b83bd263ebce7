import assert from 'node:assert/strict'
import { it } from 'node:test'
import { type Contender, inOrderOfRight, whyNot } from '#src/domain/directory-sync/contender.ts'

const contender = (given: Partial<Contender>): Contender => ({
  ...{ guid: '1', name: 'Anna', madeAt: '', isOwn: false, primary: 'anna@corp.example', isHere: false },
  ...given,
})
const early = '20200101000000.0Z'
const late = '20210101000000.0Z'

const cases: [why: string, winner: Partial<Contender>, loser: Partial<Contender>, sentence: RegExp][] = [
  ['its own', { isOwn: true, guid: '9' }, { madeAt: early }, /belongs to Anna, whose own address it is\./],
  ['made first', { madeAt: early, guid: '9' }, { madeAt: late }, /which was made before this one\./],
  [
    'of a known age',
    { madeAt: late, guid: '9' },
    {},
    /says when it was made \(whenCreated\), and this one does not\./,
  ],
  [
    'the lower key',
    { madeAt: late },
    { madeAt: late, guid: '9' },
    /order of their keys: both were made in the same/,
  ],
  [
    'the lower key for want of ages',
    {},
    { guid: '9' },
    /order of their keys: neither says when .* Export whenCreated too/,
  ],
]
for (const [why, winner, loser, sentence] of cases)
  it(`the address is that of ${why}, and the other one is told so`, () => {
    const [one, other] = [contender(winner), contender({ name: 'Bert', guid: '2', ...loser })]
    assert.deepEqual([other, one].toSorted(inOrderOfRight), [one, other])
    assert.match(whyNot('x@corp.example', one, other), sentence)
  })
