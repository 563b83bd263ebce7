import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { md4 } from '#src/wire/ntlm/md4.ts'
import {
  AvId,
  formatAuthenticate,
  formatAvPairs,
  formatNegotiate,
  MIC_OFFSET,
  parseAuthenticate,
  parseAvPairs,
  parseChallenge,
} from '#src/wire/ntlm/messages.ts'
import {
  answerChallenge,
  channelBindings,
  fileTime,
  lmV2,
  ntlmV2,
  passwordKey,
} from '#src/wire/ntlm/respond.ts'

const hex = (octets: Uint8Array): string => Buffer.from(octets).toString('hex')
const from = (text: string): Buffer => Buffer.from(text.replace(/\s/g, ''), 'hex')

test('MD4 gives the digests of RFC 1320', () => {
  const suite: [string, string][] = [
    ['', '31d6cfe0d16ae931b73c59d7e0c089c0'],
    ['a', 'bde52cb31de33e46245e05fbdbd6fb24'],
    ['abc', 'a448017aaf21d8525fc10ae87aa6729d'],
    ['message digest', 'd9130a8164549fe818874806e1c7014b'],
    ['abcdefghijklmnopqrstuvwxyz', 'd79e1c308aa5bbcdeea8ed63df412da9'],
    [
      '12345678901234567890123456789012345678901234567890123456789012345678901234567890',
      'e33b4ddc9c38f2199c3e7b164fcc0536',
    ],
  ]
  for (const [text, digest] of suite) assert.equal(hex(md4(Buffer.from(text))), digest)
})

// [MS-NLMP] §4.2.4
const credentials = { user: 'User', domain: 'Domain', password: 'Password' }
const serverChallenge = from('0123456789abcdef')
const clientChallenge = from('aaaaaaaaaaaaaaaa')
const targetInfo = formatAvPairs([
  { id: 2, value: Buffer.from('Domain', 'utf16le') },
  { id: 1, value: Buffer.from('Server', 'utf16le') },
])

test('the values of [MS-NLMP] §4.2.4', () => {
  const key = passwordKey(credentials)
  assert.equal(hex(key), '0c868a403bfd7a93a3001ef22ef02e3f')
  assert.equal(
    hex(lmV2(key, serverChallenge, clientChallenge)),
    '86c35097ac9cec102554764a57cccc19aaaaaaaaaaaaaaaa',
  )
  const { response, sessionKey } = ntlmV2(key, serverChallenge, clientChallenge, Buffer.alloc(8), targetInfo)
  assert.equal(hex(response.subarray(0, 16)), '68cd0ab851e51c96aabc927bebef6a1c')
  assert.equal(hex(sessionKey), '8de40ccadbc14a82f15cb0ad0de95ca3')
})

const challengeMessage = (info: Buffer): Buffer => {
  const head = Buffer.alloc(48)
  head.write('NTLMSSP\0', 'latin1')
  head.writeUInt32LE(2, 8)
  head.writeUInt32LE(0xa2898205, 20)
  serverChallenge.copy(head, 24)
  head.writeUInt16LE(info.length, 40)
  head.writeUInt16LE(info.length, 42)
  head.writeUInt32LE(48, 44)
  return Buffer.concat([head, info])
}

test('an answer is bound to the channel, to the service and to both messages before it', () => {
  const time = fileTime(Date.UTC(2026, 10, 21))
  const challengeOctets = challengeMessage(
    formatAvPairs([...parseAvPairs(targetInfo), { id: AvId.timestamp, value: time }]),
  )
  const handshake = {
    negotiate: formatNegotiate(),
    challengeOctets,
    challenge: parseChallenge(challengeOctets),
    bindings: channelBindings(Buffer.alloc(32, 7)),
    target: 'HTTP/mail.corp.example',
    clientChallenge,
    now: 0,
  }
  const octets = answerChallenge(credentials, handshake)
  const answer = parseAuthenticate(octets)
  assert.deepEqual([answer.user, answer.domain], ['User', 'Domain'])
  assert.equal(hex(answer.lmResponse), '00'.repeat(24))
  const blob = Buffer.from(answer.ntResponse.subarray(16))
  assert.equal(hex(blob.subarray(8, 16)), hex(time))
  const pairs = new Map(parseAvPairs(blob.subarray(28)).map(({ id, value }) => [id, hex(value)]))
  assert.equal(pairs.get(AvId.channelBindings), hex(channelBindings(Buffer.alloc(32, 7))))
  assert.equal(pairs.get(AvId.flags), '02000000')
  assert.equal(Buffer.from(pairs.get(AvId.targetName)!, 'hex').toString('utf16le'), 'HTTP/mail.corp.example')
  assert.notEqual(hex(octets.subarray(MIC_OFFSET, MIC_OFFSET + 16)), '00'.repeat(16))
  const other = answerChallenge(credentials, { ...handshake, negotiate: formatNegotiate(1) })
  assert.notEqual(
    hex(octets.subarray(MIC_OFFSET, MIC_OFFSET + 16)),
    hex(other.subarray(MIC_OFFSET, MIC_OFFSET + 16)),
  )
})

test('what we write we can read back', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 40 })
  const octets = fc.uint8Array({ maxLength: 60 })
  fc.assert(
    fc.property(text, text, text, octets, octets, (user, domain, workstation, lmResponse, ntResponse) => {
      const given = { flags: 0x20000205, user, domain, workstation, lmResponse, ntResponse }
      const read = parseAuthenticate(formatAuthenticate(given))
      assert.deepEqual(
        { ...read, lmResponse: hex(read.lmResponse), ntResponse: hex(read.ntResponse) },
        { ...given, lmResponse: hex(lmResponse), ntResponse: hex(ntResponse) },
      )
    }),
  )
})

test('any octets give a message or a SyntaxFault', () => {
  const start = fc.constantFrom(challengeMessage(targetInfo), Buffer.alloc(0))
  fc.assert(
    fc.property(start, fc.uint8Array({ maxLength: 120 }), fc.nat({ max: 120 }), (base, noise, at) => {
      const message = Buffer.concat([base.subarray(0, at), noise])
      for (const parse of [parseChallenge, parseAuthenticate]) {
        try {
          parse(message)
        } catch (error) {
          assert.ok(error instanceof SyntaxFault)
        }
      }
    }),
  )
})
