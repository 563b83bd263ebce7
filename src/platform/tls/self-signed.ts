import { createPrivateKey, X509Certificate } from 'node:crypto'
import { mkdirSync, readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { join } from 'node:path'
import { generate } from 'selfsigned'
import { writeWhole } from '../files/durable-file.ts'
import type { CertificatePair } from './certificate-source.ts'

const dayMs = 86_400_000
/** Apple's clients refuse server certificates that are valid for longer than 825 days, public ones past 398. */
const validDays = 397
const renewDays = 30

/**
 * A self-signed certificate (EC P-256) for the names given, kept in `folder`: the one that is there, or a new
 * one when it is missing, lacks a name, or has less than 30 days left. The key file has mode 0600.
 */
export async function selfSignedCertificate(
  folder: string,
  names: readonly string[],
  now: Date,
): Promise<CertificatePair> {
  const files = { cert: join(folder, 'self-signed.crt'), key: join(folder, 'self-signed.key') }
  const kept = readPair(files)
  if (kept !== undefined && isGood(kept, names, now)) return kept
  const made = await generate([{ name: 'commonName', value: names[0]! }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notBeforeDate: new Date(now.getTime() - dayMs),
    notAfterDate: new Date(now.getTime() + validDays * dayMs),
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: names.map((name) => (isIP(name) ? { type: 7, ip: name } : { type: 2, value: name })),
      },
    ],
  })
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  await writeWhole(files.key, made.private)
  await writeWhole(files.cert, made.cert)
  return { cert: made.cert, key: made.private }
}

function readPair(files: { cert: string; key: string }): CertificatePair | undefined {
  try {
    return { cert: readFileSync(files.cert, 'utf8'), key: readFileSync(files.key, 'utf8') }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

function isGood({ cert, key }: CertificatePair, names: readonly string[], now: Date): boolean {
  try {
    const certificate = new X509Certificate(cert)
    const named = names.every((name) =>
      isIP(name) ? certificate.checkIP(name) !== undefined : certificate.checkHost(name) !== undefined,
    )
    const left = certificate.validToDate.getTime() - now.getTime()
    return named && left > renewDays * dayMs && certificate.checkPrivateKey(createPrivateKey(key))
  } catch {
    // Cut off or overwritten by something else: a new one replaces it.
    return false
  }
}
