import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isBrokenOff, tlsTroubleOf, tlsWords } from '#src/base/tls-words.ts'

test('how Node is begun is nobody’s concern', () => {
  const advice = '; if the root CA is installed locally, try running Node.js with --use-system-ca'
  assert.equal(
    tlsWords(`unable to verify the first certificate${advice}`),
    'unable to verify the first certificate',
  )
  assert.equal(tlsWords('certificate has expired'), 'certificate has expired')
})

test('the places in OpenSSL are nobody’s concern, and a broken record is a connection that broke', () => {
  const message =
    '40C30C4BD77F0000:error:0A0001BB:SSL routines:tls_get_more_records:bad record type:../deps/openssl/openssl/ssl/record/methods/tls_common.c:263:\n'
  assert.equal(tlsWords(message), 'TLS reports "bad record type"')
  assert.equal(tlsWords(`write EPROTO ${message}`), 'write EPROTO TLS reports "bad record type"')
  for (const code of ['ERR_SSL_BAD_RECORD_TYPE', 'ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC', 'ECONNRESET'])
    assert.ok(isBrokenOff(Object.assign(new Error('no'), { code })), code)
  for (const code of [
    'ERR_SSL_WRONG_VERSION_NUMBER',
    'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA',
    'CERT_HAS_EXPIRED',
    '',
  ])
    assert.ok(!isBrokenOff(Object.assign(new Error('no'), { code })), code)
})

test('why there is no TLS is told by the code of the error, or of what caused it', () => {
  const of = (code: string, message = '') => Object.assign(new Error(message), { code })
  for (const [error, trouble] of [
    [of('CERT_HAS_EXPIRED'), 'ended'],
    [of('CERT_NOT_YET_VALID'), 'not-yet'],
    [of('ERR_TLS_CERT_ALTNAME_INVALID'), 'name'],
    [of('DEPTH_ZERO_SELF_SIGNED_CERT'), 'authority'],
    [of('UNABLE_TO_GET_ISSUER_CERT_LOCALLY'), 'authority'],
    [of('ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION'), 'version'],
    [of('ERR_SSL_WRONG_VERSION_NUMBER'), 'clear-text'],
    [of('EPROTO', 'write EPROTO 00:SSL routines:wrong version number:'), 'clear-text'],
    [new Error('There is no TLS.', { cause: of('CERT_HAS_EXPIRED') }), 'ended'],
    [of('ECONNRESET'), undefined],
    ['no error', undefined],
  ] as const)
    assert.equal(tlsTroubleOf(error), trouble)
})
