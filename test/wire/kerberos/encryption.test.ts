import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { decryptCts, encryptCts } from '#src/wire/kerberos/aes-cts.ts'
import { encryptionOf, encryptions } from '#src/wire/kerberos/encryption.ts'
import { nFold } from '#src/wire/kerberos/n-fold.ts'
import { rc4 } from '#src/wire/kerberos/rc4.ts'

const hex = (octets: Uint8Array): string => Buffer.from(octets).toString('hex')
const of = (text: string): Buffer => Buffer.from(text, 'hex')

/** RFC 3961 appendix A.1. */
const folds: readonly [text: string, bits: number, folded: string][] = [
  ['012345', 64, 'be072631276b1955'],
  ['password', 56, '78a07b6caf85fa'],
  ['Rough Consensus, and Running Code', 64, 'bb6ed30870b7f0e0'],
  ['password', 168, '59e4a8ca7c0385c3c37b3f6d2000247cb6e6bd5b3e'],
  ['MASSACHVSETTS INSTITVTE OF TECHNOLOGY', 192, 'db3b0d8f0b061e603282b308a50841229ad798fab9540c1b'],
  ['Q', 168, '518a54a215a8452a518a54a215a8452a518a54a215'],
  ['ba', 168, 'fb25d531ae8974499f52fd92ea9857c4ba24cf297e'],
  ['kerberos', 64, '6b65726265726f73'],
  ['kerberos', 128, '6b65726265726f737b9b5b2b93132b93'],
  ['kerberos', 168, '8372c236344e5f1550cd0747e15d62ca7a5a3bcea4'],
]
test('n-fold is that of RFC 3961', () => {
  for (const [text, bits, folded] of folds)
    assert.equal(hex(nFold(Buffer.from(text), bits / 8)), folded, text)
})

/** RFC 3962 appendix B. */
const ATHENA = 'ATHENA.MIT.EDUraeburn'
const made: readonly [iterations: number, password: string, salt: string, aes128: string, aes256: string][] =
  [
    [
      1,
      'password',
      ATHENA,
      '42263c6e89f4fc28b8df68ee09799f15',
      'fe697b52bc0d3ce14432ba036a92e65bbb52280990a2fa27883998d72af30161',
    ],
    [
      2,
      'password',
      ATHENA,
      'c651bf29e2300ac27fa469d693bdda13',
      'a2e16d16b36069c135d5e9d2e25f896102685618b95914b467c67622225824ff',
    ],
    [
      1200,
      'password',
      ATHENA,
      '4c01cd46d632d01e6dbe230a01ed642a',
      '55a6ac740ad17b4846941051e1e8b0a7548d93b0ab30a8bc3ff16280382b8c2a',
    ],
    [
      5,
      'password',
      '\x124VxxV4\x12',
      'e9b23d52273747dd5c35cb55be619d8e',
      '97a4e786be20d81a382d5ebc96d5909cabcdadc87ca48f574504159f16c36e31',
    ],
    [
      50,
      '\u{1d11e}',
      'EXAMPLE.COMpianist',
      'f149c1f2e154a73452d43e7fe62a56e5',
      '4b6d9839f84406df1f09cc166db4b83c571848b784a3d6bdc346589a3e393f9e',
    ],
  ]
const times = (iterations: number): Buffer => {
  const params = Buffer.alloc(4)
  params.writeUInt32BE(iterations)
  return params
}
test('keys of passwords are those of RFC 3962', async () => {
  for (const [iterations, password, salt, aes128, aes256] of made) {
    const keyOf = (id: number) => encryptionOf(id).keyOf(password, Buffer.from(salt), times(iterations))
    assert.equal(hex(await keyOf(17)), aes128)
    assert.equal(hex(await keyOf(18)), aes256)
  }
})

test('keys of passwords are those of RFC 8009 and RFC 4757', async () => {
  const salt = Buffer.concat([of('10df9dd783e5bc8acea1730e74355f61'), Buffer.from(ATHENA)])
  const keyOf = async (id: number) => hex(await encryptionOf(id).keyOf('password', salt))
  assert.equal(await keyOf(19), '089bca48b105ea6ea77ca5d2f39dc5e7')
  assert.equal(await keyOf(20), '45bd806dbf6a833a9cffc1c94589a222367a79bc21c413718906e9f578a78467')
  assert.equal(hex(await encryptionOf(23).keyOf('foo', salt)), 'ac8e657f83df82beea5d43bdaf7800cc')
})

/** RFC 3962 appendix B; the key is `chicken teriyaki`. */
const stolen: readonly [text: string, encrypted: string][] = [
  ['I would like the ', 'c6353568f2bf8cb4d8a580362da7ff7f97'],
  ["I would like the General Gau's ", 'fc00783e0efdb2c1d445d4c8eff7ed2297687268d6ecccc0c07b25e25ecfe5'],
  ["I would like the General Gau's C", '39312523a78662d5be7fcbcc98ebf5a897687268d6ecccc0c07b25e25ecfe584'],
  [
    "I would like the General Gau's Chicken, please,",
    '97687268d6ecccc0c07b25e25ecfe584b3fffd940c16a18c1b5549d2f838029e39312523a78662d5be7fcbcc98ebf5',
  ],
  [
    "I would like the General Gau's Chicken, please, ",
    '97687268d6ecccc0c07b25e25ecfe5849dad8bbb96c4cdc03bc103e1a194bbd839312523a78662d5be7fcbcc98ebf5a8',
  ],
  [
    "I would like the General Gau's Chicken, please, and wonton soup.",
    '97687268d6ecccc0c07b25e25ecfe58439312523a78662d5be7fcbcc98ebf5a84807efe836ee89a526730dbc2f7bc8409dad8bbb96c4cdc03bc103e1a194bbd8',
  ],
]
test('ciphertext stealing is that of RFC 3962, there and back', () => {
  const key = Buffer.from('chicken teriyaki')
  for (const [text, encrypted] of stolen) {
    assert.equal(hex(encryptCts(key, Buffer.from(text))), encrypted)
    assert.equal(decryptCts(key, of(encrypted)).toString(), text)
  }
})

/** RFC 8009 appendix A; the usage is 2. */
const KEY_19 = '3705d96080c17728a0e800eab6e0d23c'
const KEY_20 = '6d404d37faf79f9df0d33568d320669800eb4836472ea8a026d16b7182460c52'
const sealed: readonly [id: number, key: string, confounder: string, plain: string, octets: string][] = [
  [
    19,
    KEY_19,
    '7e5895eaf2672435bad817f545a37148',
    '',
    'ef85fb890bb8472f4dab20394dca781dad877eda39d50c870c0d5a0a8e48c718',
  ],
  [
    19,
    KEY_19,
    '7bca285e2fd4130fb55b1a5c83bc5b24',
    '000102030405',
    '84d7f30754ed987bab0bf3506beb09cfb55402cef7e6877ce99e247e52d16ed4421dfdf8976c',
  ],
  [
    20,
    KEY_20,
    'f764e9fa15c276478b2c7d0c4e5f58e4',
    '',
    '41f53fa5bfe7026d91faf9be959195a058707273a96a40f0a01960621ac612748b9bbfbe7eb4ce3c',
  ],
]
test('encryption and sums are those of RFC 8009', () => {
  for (const [id, key, confounder, plain, octets] of sealed) {
    assert.equal(hex(encryptionOf(id).encrypt(of(key), 2, of(plain), of(confounder))), octets)
    assert.equal(hex(encryptionOf(id).decrypt(of(key), 2, of(octets))), plain)
  }
  const octets = of('000102030405060708090a0b0c0d0e0f1011121314')
  assert.equal(hex(encryptionOf(19).sum(of(KEY_19), 2, octets)), 'd78367186643d67b411cba9139fc1dee')
  assert.equal(
    hex(encryptionOf(20).sum(of(KEY_20), 2, octets)),
    '45ee791567eefca37f4ac1e0222de80d43c3bfa06699672a',
  )
})

test('RC4 is that of RFC 6229', () => {
  assert.equal(hex(rc4(of('0102030405'), Buffer.alloc(16))), 'b2396305f03dc027ccc3524a0a1118a8')
})

test('what is encrypted is read by its key and usage alone, and only whole', async () => {
  for (const encryption of encryptions) {
    const key = await encryption.keyOf('geheim', Buffer.from('CORP.EXAMPLEsvc'), times(1))
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(), (plain, place) => {
        const octets = encryption.encrypt(key, 7, plain)
        assert.deepEqual(new Uint8Array(encryption.decrypt(key, 7, octets)), plain)
        assert.throws(() => encryption.decrypt(key, 11, octets), SyntaxFault)
        const cut = octets.subarray(0, place % octets.length)
        assert.throws(() => encryption.decrypt(key, 7, cut), SyntaxFault)
        const changed = Buffer.from(octets)
        changed[place % changed.length]! ^= 1
        assert.throws(() => encryption.decrypt(key, 7, changed), SyntaxFault)
      }),
      { numRuns: 60 },
    )
  }
})

test('a KDC that wants a password stretched for ever, or not at all, is not obeyed', async () => {
  for (const params of [times(0), times(0xffffffff), Buffer.alloc(3), Buffer.alloc(0)])
    for (const id of [17, 20])
      await assert.rejects(encryptionOf(id).keyOf('geheim', Buffer.alloc(0), params), SyntaxFault)
})
