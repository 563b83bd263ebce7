import { clamd } from '#connectors/clamd/clamd.ts'
import { rspamd } from '#connectors/rspamd/rspamd.ts'
import type { ScannerAddress } from '#connectors/scanner-connection.ts'
import { spamd } from '#connectors/spamd/spamd.ts'
import type { Config } from '#src/config/settings.ts'
import type { SpamScanner, VirusScanner } from '#src/domain/scanning/scanner.ts'
import { readSecret } from './read-secret.ts'

/** The spam scanner of the configuration. */
export async function spamScanner(config: Config): Promise<SpamScanner | undefined> {
  const address = config['scan.spamAddress']
  if (config['scan.spam'] === 'spamd') return spamd(scannerAddress(address || '127.0.0.1:783'))
  if (config['scan.spam'] === 'none') return undefined
  const password = await readSecret(config['scan.spamPassword'])
  return rspamd(address || 'http://127.0.0.1:11333', password === undefined ? {} : { password })
}

/** The virus scanner of the configuration. */
export function virusScanner(config: Config): VirusScanner | undefined {
  if (config['scan.virus'] === 'none') return undefined
  return clamd(scannerAddress(config['scan.virusAddress'] || '127.0.0.1:3310'))
}

/** `host:port`, `[2001:db8::1]:3310`, or the path of a socket. */
function scannerAddress(text: string): ScannerAddress {
  const parts = /^(?:\[([^\]]+)\]|([^:/]+)):(\d{1,5})$/.exec(text)
  return parts ? { host: (parts[1] ?? parts[2])!, port: Number(parts[3]) } : { path: text }
}
