/** A certificate chain and its private key, both PEM. */
export type CertificatePair = { cert: string; key: string }

/** Where listeners get their certificate. It may change while they run. */
export type CertificateSource = {
  current(): CertificatePair
  /** Calls back with each new one. Returns how to stop. */
  watch(changed: (pair: CertificatePair) => void): () => void
}

/** No certificate can be had. The message is a sentence with what to do. */
export class CertificateFault extends Error {
  override readonly name = 'CertificateFault'
}
