import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type CountedFile, filesOfOccurrences } from '#src/domain/migration/files-of-series.ts'
import type { Loss } from '#src/domain/migration/source.ts'

const signal = new AbortController().signal

function files() {
  const read: string[] = []
  const counted = (
    id: string,
    name: string,
    content: string,
    contentId: string | null = null,
  ): CountedFile => ({
    id,
    octets: content.length,
    file: {
      name,
      type: 'text/plain',
      contentId,
      inline: false,
      occurrence: null,
      sizeBytes: null,
      async *open() {
        read.push(id)
        yield Buffer.from(content)
      },
    },
  })
  return { read, counted }
}

test('copies of the files of a series are its own; what one occurrence has alone stays with it', async () => {
  const { read, counted } = files()
  const losses: Loss[] = []
  const series = [counted('s1', 'agenda.txt', 'agenda'), counted('s2', 'logo.png', 'logo', 'logo@corp.test')]
  const copies = ['1', '2'].map((recurrenceId) => ({
    recurrenceId,
    files: [
      counted(`a${recurrenceId}`, 'agenda.txt', 'agenda'),
      counted(`l${recurrenceId}`, 'logo.png', 'logo', 'logo@corp.test'),
    ],
  }))
  const changed = {
    recurrenceId: '3',
    files: [
      counted('s2', 'logo.png', 'logo', 'logo@corp.test'),
      counted('a3', 'agenda.txt', 'AGENDA'),
      counted('a4', 'agenda.txt', 'longer agenda'),
      counted('n', 'notes.txt', 'agenda'),
    ],
  }
  const own = await filesOfOccurrences(series, [...copies, changed], losses, signal)
  assert.deepEqual(
    own,
    changed.files.slice(1).map(({ file }) => file),
  )
  assert.deepEqual(read, ['a1', 's1', 'a2', 'a3'], 'octets are read once, of those alone that look alike')
  assert.deepEqual(
    losses.map(({ property, weight }) => [property, weight]),
    [['attachment "agenda.txt"', 'visible']],
  )
})

test('a source that tells no copies takes no file away from an occurrence', async () => {
  const { read, counted } = files()
  const losses: Loss[] = []
  const one = { recurrenceId: '1', files: [counted('n', 'notes.txt', 'notes')] }
  const own = await filesOfOccurrences([counted('s', 'agenda.txt', 'agenda')], [one], losses, signal)
  assert.deepEqual([own, losses, read], [[one.files[0]!.file], [], []])
})
