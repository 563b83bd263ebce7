/** Our DKIM signatures and ARC seals before verifiers that are not ours: dkimpy, and mailauth in its lenient mode. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { describe, it } from 'node:test'
import { dkimVerify } from 'mailauth/lib/dkim/verify.js'
import { arcSet } from '#src/formats/dkim/arc-set.ts'
import { dkimSignatures } from '#src/formats/dkim/dkim-signature.ts'
import { readSignable } from '#src/formats/dkim/signable.ts'
import { keyRecord, signingKey } from '#src/formats/dkim/signing-key.ts'
import { command, firstFile, peer } from '#test/support/peers.ts'

const pem = { type: 'pkcs8', format: 'pem' } as const
const rsa = signingKey(
  'a.test',
  'r',
  String(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export(pem)),
)
const ed = signingKey('a.test', 'e', String(generateKeyPairSync('ed25519').privateKey.export(pem)))
const zone: Record<string, string> = {
  'r._domainkey.a.test.': keyRecord(rsa),
  'e._domainkey.a.test.': keyRecord(ed),
}

const pythonHasDkim = () => {
  // Debian's packages belong to Debian's Python, whichever comes first on PATH.
  const python = firstFile('/usr/bin/python3')() ?? command('python3')()
  if (python === undefined) return undefined
  try {
    execFileSync(python, ['-c', 'import dkim, nacl'], { stdio: 'ignore' })
    return python
  } catch {
    return undefined
  }
}
const dkimpy = peer('python3-dkim', pythonHasDkim, 'apt-get install python3-dkim python3-nacl')

/** Zone and message in, one word a signature out, then the word for the chain. */
const script = `
import dkim, json, sys
zone = json.loads(sys.argv[1])
message = sys.stdin.buffer.read()
look = lambda name, timeout=5: zone.get(name.decode(), '').encode() or None
count = len([line for line in message.split(b'\\r\\n\\r\\n')[0].split(b'\\r\\n') if line.lower().startswith(b'dkim-signature:')])
words = []
for index in range(count):
    words.append('pass' if dkim.DKIM(message).verify(index, dnsfunc=look) else 'fail')
cv, results, reason = dkim.arc_verify(message, dnsfunc=look)
words.append((cv or b'none').decode())
print(' '.join(words))
`
const judge = (message: string): string =>
  execFileSync(dkimpy.found, ['-c', script, JSON.stringify(zone)], {
    input: message,
    encoding: 'utf8',
  }).trim()

async function* once(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text)
}
const signableOf = (message: string) => readSignable(once(message))
const now = Date.now()
const signed = async (message: string) =>
  (await dkimSignatures(await signableOf(message), [rsa, ed], now)) + message
const sealed = async (message: string, chain: 'none' | 'pass') =>
  (await arcSet(
    await signableOf(message),
    rsa,
    { chain, authenticationResults: 'mx.a.test; spf=pass smtp.mailfrom=a.test; dkim=pass header.d=a.test' },
    now,
  )) + message

const header =
  'From: A <a@a.test>\r\nTo: b@b.test\r\nSubject: =?utf-8?q?x?=\r\n folded\r\nDate: Mon, 1 Jan 2026 10:00:00 +0000\r\n'
const messages: [what: string, message: string][] = [
  ['text', `${header}\r\nHello\r\n`],
  ['blanks and empty lines', `${header}X:\r\n\r\n\r\n a \t b  \r\n\r\n\t\r\nc\r\n\r\n\r\n`],
  ['no body', `${header}\r\n`],
  ['no end of the last line', `${header}\r\nHello`],
  ['UTF-8 in the header and the body', `${header.replace('A <', 'Jürgen <')}\r\nGrüße\r\n`],
  [
    'repeated fields',
    `Received: 1\r\nCc: x@x.test\r\nCc: y@y.test\r\nList-Id: <l>\r\n${header}\r\nHello\r\n`,
  ],
]

describe('dkimpy', { skip: dkimpy.skip, timeout: 300_000 }, () => {
  for (const [what, message] of messages) {
    it(`verifies both signatures and two seals: ${what}`, async () => {
      const mail = await signed(message)
      assert.equal(judge(mail), 'pass pass none')
      assert.equal(
        judge(await sealed(`Received: x\r\n${await sealed(mail, 'none')}`, 'pass')),
        'pass pass pass',
      )
    })
  }

  it('sees that a subject was added', async () => {
    assert.equal(judge(`Subject: y\r\n${await signed(messages[0]![1])}`), 'fail fail none')
  })
})

describe('mailauth', () => {
  const resolver = async (name: string) => [[zone[`${name}.`] ?? '']]
  for (const [what, message] of messages) {
    it(`verifies both signatures: ${what}`, async () => {
      const { results } = await dkimVerify(await signed(message), { resolver })
      assert.deepEqual(
        results.map(({ status }) => status.result),
        ['pass', 'pass'],
      )
      assert.deepEqual(
        results.flatMap(({ status }) => status.warnings ?? []),
        [],
      )
    })
  }
})
