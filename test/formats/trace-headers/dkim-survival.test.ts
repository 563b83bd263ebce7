/** A library that is not ours says that a signed message is still the one that was signed. */
import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import {
  formatAuthenticationResults,
  isForgedResult,
} from '#src/formats/trace-headers/authentication-results.ts'
import { formatReturnPath } from '#src/formats/trace-headers/delivery-fields.ts'
import { editHeader, headerBlockLength } from '#src/formats/trace-headers/header-block.ts'

const require = createRequire(import.meta.url)
const { dkimSign } = require('mailauth/lib/dkim/sign')
const { dkimVerify } = require('mailauth/lib/dkim/verify')

const { publicKey, privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'der' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
})
const resolver = async () => [[`v=DKIM1; k=rsa; p=${publicKey.toString('base64')}`]]

async function verdictOf(message: Uint8Array): Promise<string> {
  const { results } = await dkimVerify(Buffer.from(message), { resolver })
  return results[0].status.result
}

test('a DKIM signature holds when fields are put before it and forged ones taken out', async () => {
  const text =
    'From: Ann <ann@corp.example>\r\nSubject:  odd   spacing \r\nTo: bob@far.example\r\n' +
    'Authentication-Results: mx.corp.example; spf=pass\r\nDate: Tue, 03 Mar 2026 08:00:00 +0000\r\n\r\nHello \r\n\r\n'
  const { signatures } = await dkimSign(Buffer.from(text), {
    canonicalization: 'simple/simple',
    algorithm: 'rsa-sha256',
    signTime: new Date(),
    signatureData: [{ signingDomain: 'corp.example', selector: 's1', privateKey }],
  })
  const signed = Buffer.from(signatures + text)
  assert.equal(await verdictOf(signed), 'pass')
  const length = headerBlockLength(signed)
  const cleaned = editHeader(signed.subarray(0, length), {
    remove: (field) => isForgedResult(field, 'mx.corp.example'),
  })
  const header = editHeader(cleaned, {
    prepend: [
      formatReturnPath('ann@corp.example'),
      formatAuthenticationResults({ authservId: 'mx.corp.example', results: [] }),
    ],
  })
  assert.ok(!Buffer.from(header).includes('spf=pass'))
  assert.equal(await verdictOf(Buffer.concat([header, signed.subarray(length)])), 'pass')
  const other = editHeader(header, { remove: ({ key }) => key === 'subject' })
  assert.equal(await verdictOf(Buffer.concat([other, signed.subarray(length)])), 'fail')
})
