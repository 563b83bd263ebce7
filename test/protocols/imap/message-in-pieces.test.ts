import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type ImapWorld, imapWorld, TestClient } from './imap-world.ts'

const message = 'Subject: x\r\n\r\ntext\r\n'
let world: ImapWorld

before(async () => {
  world = await imapWorld()
  const organization = await world.organization('pieces')
  await world.user(organization, 'ann', 'pieces.example')
})
after(() => world.remove())

async function append(pieces: readonly string[]): Promise<string> {
  const client = new TestClient(world.options())
  await client.signIn('ann@pieces.example')
  client.send(`a APPEND INBOX {${message.length}}\r\n`)
  await client.until((output) => output.startsWith('+ '))
  for (const [no, piece] of pieces.entries()) {
    client.taken()
    client.send(piece)
    const isLast = no === pieces.length - 1
    const heard = await client.until((output) => (isLast ? /^a OK /m.test(output) : output !== ''))
    assert.ok(heard, `Nothing was heard after ${JSON.stringify(piece)}`)
  }
  const told = client.taken()
  await client.close()
  return told
}

test('a client that sends its line end once we acknowledge the message before is answered at once', async () => {
  assert.match(await append([message, '\r\n']), /^a OK \[APPENDUID \d+ \d+\]/)
})

test('so is one whose message comes in pieces', async () => {
  assert.match(await append([message.slice(0, 7), message.slice(7), '\r\n']), /^a OK \[APPENDUID \d+ \d+\]/)
})

test('a client that sends all of it hears the answer and nothing else', async () => {
  assert.match(await append([`${message}\r\n`]), /^a OK \[APPENDUID \d+ \d+\][^\r]*\r\n$/)
})
