import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatMetrics } from '#src/platform/metrics/exposition.ts'

test('a metric has its help, its type and a line for each sample', () => {
  const text = formatMetrics([
    { name: 'queue', help: 'What waits.', type: 'gauge', samples: [{ value: 3 }] },
    {
      name: 'sent_total',
      help: 'Two\nlines',
      type: 'counter',
      samples: [
        { labels: { organization: 'm-1', outcome: 'a "b" \\ c' }, value: 1.5 },
        { labels: { organization: 'm-2', outcome: 'd' }, value: Number.POSITIVE_INFINITY },
      ],
    },
    { name: 'nothing', help: 'None', type: 'gauge', samples: [] },
  ])
  assert.equal(
    text,
    [
      '# HELP queue What waits.',
      '# TYPE queue gauge',
      'queue 3',
      '# HELP sent_total Two\\nlines',
      '# TYPE sent_total counter',
      'sent_total{organization="m-1",outcome="a \\"b\\" \\\\ c"} 1.5',
      'sent_total{organization="m-2",outcome="d"} +Inf',
      '',
    ].join('\n'),
  )
})

test('no label breaks out of its line', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (value) => {
      const text = formatMetrics([
        { name: 'm', help: 'h', type: 'gauge', samples: [{ labels: { l: value }, value: 1 }] },
      ])
      assert.match(text, /^# HELP m h\n# TYPE m gauge\nm\{l="(?:[^"\\\n]|\\["\\n])*"\} 1\n$/)
    }),
  )
})
