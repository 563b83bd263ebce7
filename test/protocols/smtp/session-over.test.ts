import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { IntakeConnection } from '#src/domain/delivery/intake.ts'
import { SignedOut } from '#src/domain/delivery/signed-in.ts'
import { SmtpSession } from '#src/protocols/smtp/session.ts'
import { MemoryPeer } from './memory-peer.ts'
import { ScriptedIntake } from './scripted-intake.ts'
import { optionsFor } from './transcript.ts'

test('a session whose login is over ends at its next MAIL, and says when it was made', async () => {
  const scripted = new ScriptedIntake()
  const began = Date.UTC(2020, 1, 29)
  let seen: IntakeConnection | undefined
  const intake = {
    begin: async (connection: IntakeConnection) => {
      seen = connection
      throw new SignedOut('Your password was changed.')
    },
  }
  const peer = new MemoryPeer()
  const options = {
    ...optionsFor({ role: 'submissions', tls: true }, scripted),
    intake,
    now: () => began,
  }
  const ended = new SmtpSession(peer.stream, options).run()
  const plain = Buffer.from('\0ann@corp.example\0open sesame').toString('base64')
  for (const line of ['EHLO laptop', `AUTH PLAIN ${plain}`, 'MAIL FROM:<ann@corp.example>']) {
    await peer.settle()
    peer.taken()
    peer.send(`${line}\r\n`)
  }
  await ended
  assert.match(peer.taken(), /^535 5\.7\.8 Your password was changed\.\r\n421 4\.7\.0 .*\r\n$/)
  assert.equal(seen?.loggedInAt, began)
})
