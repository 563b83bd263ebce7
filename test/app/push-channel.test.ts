import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pushChannels } from '#src/app/push-channel.ts'
import { Refusal } from '#src/domain/refusal.ts'
import { PushUndelivered } from '#src/protocols/ews/notifications/push-channel.ts'
import { stubHttps } from '#test/support/stub-https.ts'

const { signal } = new AbortController()
const document = Buffer.from('<a/>')

test('addresses of private networks are refused, as numbers at once and as names when they are looked up', async () => {
  const open = pushChannels({ 'outbound.privateAddresses': 'no' })
  for (const url of [
    'http://127.0.0.1/',
    'https://[::1]/',
    'http://169.254.169.254/latest',
    'http://0x7f.1/',
  ])
    assert.throws(() => open(new URL(url)), Refusal, url)
  const channel = open(new URL('http://localhost:1/'))
  await assert.rejects(channel.send(document, signal), (error) => {
    assert.ok(error instanceof PushUndelivered)
    assert.match(error.message, /outbound\.privateAddresses/)
    return true
  })
})

test('a certificate that nobody vouches for is a failure, and nothing is said to it', async () => {
  const stub = await stubHttps(({ response }) => void response.end('x'))
  try {
    const channel = pushChannels({ 'outbound.privateAddresses': 'yes' })(new URL(stub.url))
    await assert.rejects(channel.send(document, signal), PushUndelivered)
    assert.equal(stub.asked.length, 0)
  } finally {
    await stub.close()
  }
})
