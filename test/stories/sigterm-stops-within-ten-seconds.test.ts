import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect as connectSocket } from 'node:net'
import { after, test } from 'node:test'
import { connect as connectTls } from 'node:tls'
import { freshFolder, ownCertificate, serve } from './service-process.ts'

const data = freshFolder('stop', after)

async function stopped(): Promise<{ exitCode: number | null; ms: number }> {
  const service = await serve(data)
  const { hostname: host, port } = new URL(service.addresses['administration API']!)
  // One that never asks, and one whose request never ends.
  const idle = connectSocket(Number(port), host)
  const slow = connectTls({ host, port: Number(port), ca: ownCertificate(data), servername: 'localhost' })
  await Promise.all([once(idle, 'connect'), once(slow, 'secureConnect')])
  for (const socket of [idle, slow]) socket.on('error', () => undefined)
  slow.write(
    'POST / HTTP/1.1\r\nHost: x\r\nX-Amz-Target: WorkMailService.ListUsers\r\nContent-Length: 10\r\n\r\n{',
  )

  const began = Date.now()
  service.child.kill('SIGTERM')
  const { exitCode } = await service.ended
  return { exitCode, ms: Date.now() - began }
}

test('SIGTERM stops the service within ten seconds, whoever still holds a connection', {
  timeout: 900_000,
}, async () => {
  const tries = [await stopped()]
  const isGood = ({ exitCode, ms }: Awaited<ReturnType<typeof stopped>>) => exitCode === 0 && ms < 10_000
  // Two seconds are for closing the data, which a machine that does much else may not find at once.
  while (!tries.some(isGood) && tries.length < 3) tries.push(await stopped())
  assert.ok(tries.some(isGood), JSON.stringify(tries))
})

test('a second signal ends it at once', { timeout: 300_000 }, async () => {
  const service = await serve(data)
  const { hostname: host, port } = new URL(service.addresses['administration API']!)
  const slow = connectTls({ host, port: Number(port), ca: ownCertificate(data), servername: 'localhost' })
  await once(slow, 'secureConnect')
  slow.on('error', () => undefined)
  slow.write(
    'POST / HTTP/1.1\r\nHost: x\r\nX-Amz-Target: WorkMailService.ListUsers\r\nContent-Length: 10\r\n\r\n{',
  )
  await new Promise((resolve) => setTimeout(resolve, 200))
  service.child.kill('SIGTERM')
  // Two signals that come together are one.
  while (!service.said().includes('stopping')) await new Promise((resolve) => setTimeout(resolve, 20))
  const began = Date.now()
  service.child.kill('SIGTERM')
  assert.equal((await service.ended).exitCode, 143)
  // The first one waits seven seconds for the request.
  assert.ok(Date.now() - began < 5_000)
})
