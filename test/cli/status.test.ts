import assert from 'node:assert/strict'
import { test } from 'node:test'
import { freeDiskText } from '#src/cli/commands/status.ts'

const mebibyte = 1024 ** 2

test('a disk that is full, or almost, is told with what is refused and what to do', () => {
  for (const bytes of [0, mebibyte - 1])
    assert.match(
      freeDiskText(bytes),
      /; ALERT: the disk is full\. Mail of other servers is put off \(452\).* are refused; reading goes on.*Make room/,
    )
  for (const bytes of [mebibyte, 1024 * mebibyte - 1])
    assert.match(freeDiskText(bytes), /; ALERT: the disk is almost full\. Once it is, .*Make room/)
  assert.equal(freeDiskText(1024 * mebibyte), '1.0 GB')
})
