import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { CertificateFault, type CertificatePair } from './certificate-source.ts'

/** Reads a certificate and its key, and proves that they belong together and are valid now. Throws `CertificateFault`. */
export function readCertificateFiles(
  files: { certificateFile: string; keyFile: string },
  now: Date,
): CertificatePair {
  const { certificateFile, keyFile } = files
  const cert = read(certificateFile)
  const mode = statSync(keyFile, { throwIfNoEntry: false })?.mode ?? 0
  if (mode & 0o007)
    throw new CertificateFault(`Everybody can read the private key ${keyFile}. Run "chmod 600 ${keyFile}".`)
  const key = read(keyFile)
  const certificate = parse(certificateFile, () => new X509Certificate(cert))
  const privateKey = parse(keyFile, () => createPrivateKey(key))
  if (!certificate.checkPrivateKey(privateKey)) {
    throw new CertificateFault(
      `${keyFile} is not the key of the certificate ${certificateFile}. Name the pair that belongs together.`,
    )
  }
  if (certificate.validToDate < now) {
    throw new CertificateFault(
      `The certificate ${certificateFile} expired on ${certificate.validTo}. Put a new one in its place.`,
    )
  }
  return { cert, key }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    const problem = code === 'ENOENT' ? 'is not there' : `cannot be read (${code})`
    throw new CertificateFault(
      `${file} ${problem}. Correct the settings tls.certificateFile and tls.keyFile.`,
    )
  }
}

function parse<T>(file: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw new CertificateFault(`${file} is not PEM of the kind it should be. Convert it with openssl.`, {
      cause: error,
    })
  }
}
