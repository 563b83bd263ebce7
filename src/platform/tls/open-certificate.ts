import type { Log } from '../log/open-log.ts'
import { readCertificateFiles } from './certificate-files.ts'
import { CertificateFault, type CertificatePair, type CertificateSource } from './certificate-source.ts'
import { selfSignedCertificate } from './self-signed.ts'

type CertificateOptions = {
  /** Empty paths mean a self-signed certificate in `folder`. */
  certificateFile: string
  keyFile: string
  folder: string
  /** Names and addresses that the self-signed certificate is for; the first is its common name. */
  names: readonly string[]
  log: Log
}

const lookAgainMs = 3_600_000

/**
 * The certificate of the service. It looks again every hour: files that changed are taken over, a self-signed
 * certificate near its end is renewed. Trouble then is logged, and the old one stays. Throws `CertificateFault`.
 */
export async function openCertificate(
  options: CertificateOptions,
): Promise<CertificateSource & { close(): void }> {
  const { log } = options
  const read = async (): Promise<CertificatePair> =>
    options.certificateFile === ''
      ? selfSignedCertificate(options.folder, options.names, new Date())
      : readCertificateFiles(options, new Date())
  let current = await read()
  const watchers = new Set<(pair: CertificatePair) => void>()

  const lookAgain = async () => {
    try {
      const next = await read()
      if (next.cert === current.cert && next.key === current.key) return
      current = next
      log.info('The TLS certificate was renewed')
      for (const changed of watchers) changed(current)
    } catch (error) {
      const sentence =
        error instanceof CertificateFault ? error.message : 'The TLS certificate could not be renewed'
      log.error({ err: error }, sentence)
    }
  }
  const timer = setInterval(lookAgain, lookAgainMs)
  timer.unref()

  return {
    current: () => current,
    watch(changed) {
      watchers.add(changed)
      return () => watchers.delete(changed)
    },
    close: () => clearInterval(timer),
  }
}
