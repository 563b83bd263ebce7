import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { freshFolder, landbridge, serve } from './service-process.ts'

const data = freshFolder('hung', after)

test('status tells of a service that hangs, and does not wait for it', { timeout: 300_000 }, async () => {
  const service = await serve(data)
  service.child.kill('SIGSTOP')
  try {
    const began = Date.now()
    const { exitCode, stderr } = await landbridge(['status', '--data', data]).ended
    assert.equal(exitCode, 69)
    assert.match(stderr, /takes connections but has not answered for 5 seconds: it hangs or was stopped/)
    assert.ok(Date.now() - began < 60_000)
  } finally {
    service.child.kill('SIGCONT')
    service.child.kill('SIGTERM')
    await service.ended
  }
})
