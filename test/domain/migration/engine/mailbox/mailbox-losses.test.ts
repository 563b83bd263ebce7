import assert from 'node:assert/strict'
import { test } from 'node:test'
import { shortened } from '#src/domain/migration/engine/mailbox/mailbox-losses.ts'
import type { Loss, LossWeight } from '#src/domain/migration/source.ts'

const lost = (weight: LossWeight, count: number): Loss[] =>
  Array.from({ length: count }, (_, at) => ({ property: `${weight} ${at}`, reason: '', weight }))

test('of more losses of a mailbox than a report holds the lightest are counted alone', () => {
  const few = [...lost('metadata', 199), ...lost('content', 1)]
  assert.equal(shortened(few), few)
  const told = shortened([...lost('metadata', 300), ...lost('visible', 2), ...lost('content', 3)])
  assert.equal(told.length, 200)
  assert.deepEqual(
    told.slice(0, 6).map(({ property }) => property),
    [...['content 0', 'content 1', 'content 2'], ...['visible 0', 'visible 1'], 'metadata 0'],
  )
  assert.deepEqual(told.at(-1), {
    property: 'more',
    reason: 'Besides these 199 there are 106 others, of the same mailbox.',
    weight: 'metadata',
  })
  assert.equal(shortened([...lost('visible', 150), ...lost('content', 300)]).at(-1)?.weight, 'content')
})
