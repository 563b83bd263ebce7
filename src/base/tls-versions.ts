/** The oldest version of TLS that a server is spoken to with. */
export type TlsVersion = 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3'

/** What Node is told of it, 1.2 unless said otherwise. Versions before that need signatures that OpenSSL has put away. */
export const fromVersion = (minVersion: TlsVersion = 'TLSv1.2') => ({
  minVersion,
  ...((minVersion === 'TLSv1' || minVersion === 'TLSv1.1') && { ciphers: 'DEFAULT@SECLEVEL=0' }),
})
