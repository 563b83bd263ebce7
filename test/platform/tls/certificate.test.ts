import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { readCertificateFiles } from '#src/platform/tls/certificate-files.ts'
import { CertificateFault } from '#src/platform/tls/certificate-source.ts'
import { selfSignedCertificate } from '#src/platform/tls/self-signed.ts'

const scratch = mkdtempSync(join(tmpdir(), 'landbridge-tls-'))
after(() => rmSync(scratch, { recursive: true }))
const day = 86_400_000
const now = new Date()
const names = ['mail.example', 'localhost', '127.0.0.1', '::1']

test('a self-signed certificate is for every name, of EC P-256, and its key is private', async () => {
  const folder = join(scratch, 'made')
  const { cert } = await selfSignedCertificate(folder, names, now)
  const certificate = new X509Certificate(cert)
  for (const name of names.slice(0, 2)) assert.equal(certificate.checkHost(name), name)
  for (const name of names.slice(2)) assert.ok(certificate.checkIP(name))
  assert.equal(certificate.publicKey.asymmetricKeyDetails?.namedCurve, 'prime256v1')
  assert.equal(statSync(join(folder, 'self-signed.key')).mode & 0o777, 0o600)
  assert.equal(statSync(folder).mode & 0o777, 0o700)
})

test('it stays until it is near its end, a name is missing, or it is broken', async () => {
  const folder = join(scratch, 'kept')
  const first = await selfSignedCertificate(folder, names, now)
  const at = (days: number) => new Date(now.getTime() + days * day)
  assert.deepEqual(await selfSignedCertificate(folder, names, at(300)), first)
  const renewed = await selfSignedCertificate(folder, names, at(380))
  assert.notEqual(renewed.cert, first.cert)
  const renamed = await selfSignedCertificate(folder, ['other.example', ...names], at(381))
  assert.notEqual(renamed.cert, renewed.cert)
  writeFileSync(join(folder, 'self-signed.crt'), 'not a certificate')
  assert.match((await selfSignedCertificate(folder, names, now)).cert, /BEGIN CERTIFICATE/)
})

test('files of an administrator are taken when they fit together, and refused with a sentence when not', async () => {
  const one = join(scratch, 'one')
  const other = join(scratch, 'other')
  const pair = await selfSignedCertificate(one, names, now)
  await selfSignedCertificate(other, names, now)
  const files = { certificateFile: join(one, 'self-signed.crt'), keyFile: join(one, 'self-signed.key') }
  assert.deepEqual(readCertificateFiles(files, now), pair)
  const refused = (change: Partial<typeof files>, at: Date, words: RegExp) =>
    assert.throws(
      () => readCertificateFiles({ ...files, ...change }, at),
      (error) => error instanceof CertificateFault && words.test(error.message),
    )
  refused({ keyFile: join(other, 'self-signed.key') }, now, /is not the key of the certificate/)
  refused({ certificateFile: join(scratch, 'nowhere') }, now, /is not there/)
  refused({ certificateFile: files.keyFile }, now, /is not PEM of the kind/)
  refused({}, new Date(now.getTime() + 400 * day), /expired on/)
  chmodSync(files.keyFile, 0o644)
  refused({}, now, /chmod 600/)
})
