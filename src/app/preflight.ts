import { readFileSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { ConfigFault, type Fault } from '#src/config/config-fault.ts'
import type { LoadedConfig } from '#src/config/load-config.ts'
import type { Secret } from '#src/config/setting.ts'
import { type SettingName, settingNames, settings } from '#src/config/settings.ts'
import { KeyUnavailable } from '#src/domain/keys/key-unavailable.ts'
import { readCertificateFiles } from '#src/platform/tls/certificate-files.ts'
import { CertificateFault } from '#src/platform/tls/certificate-source.ts'
import { configuredToken } from './key-providers.ts'
import { readSecret } from './read-secret.ts'

/** The port settings of each address that is listened on. */
const listening = [
  ['admin.host', ['admin.port']],
  ['health.host', ['health.port']],
  ['smtp.host', ['smtp.mxPort', 'smtp.submissionsPort', 'smtp.submissionPort']],
  ['imap.host', ['imap.tlsPort', 'imap.port']],
  ['web.host', ['web.port', 'web.redirectPort']],
] as const satisfies [SettingName, SettingName[]][]

const firstUnprivilegedPort = 1_024
/** Well formed, and nobody's. */
const noOrganization = `m-${'0'.repeat(32)}`

/**
 * Tries what the settings name in the world outside: certificate files, secrets, addresses, the token of PKCS#11. Makes
 * and changes nothing. Throws one `ConfigFault` with everything that would keep a service from starting.
 */
export async function preflight(loaded: LoadedConfig): Promise<void> {
  const secrets = await secretFaults(loaded)
  const found = [
    ...certificateFaults(loaded),
    ...samePortFaults(loaded),
    ...(await addressFaults(loaded)),
    ...secrets,
    ...authorityFaults(loaded),
    // A PIN that is not there is named already.
    ...(secrets.some(({ setting }) => setting === 'keys.pkcs11.pin') ? [] : await tokenFaults(loaded)),
  ]
  if (found.length > 0) throw new ConfigFault(found)
}

/** A sentence that says the remedy itself. */
const faultAt = ({ sources }: LoadedConfig, setting: SettingName, sentence: string): Fault => {
  const end = sentence.indexOf('. ')
  return end < 0
    ? { where: sources[setting], setting, problem: sentence, remedy: 'Correct it.' }
    : {
        where: sources[setting],
        setting,
        problem: sentence.slice(0, end + 1),
        remedy: sentence.slice(end + 2),
      }
}

function certificateFaults(loaded: LoadedConfig): Fault[] {
  const { 'tls.certificateFile': certificateFile, 'tls.keyFile': keyFile } = loaded.config
  if (certificateFile === '') return []
  try {
    readCertificateFiles({ certificateFile, keyFile }, new Date())
    return []
  } catch (error) {
    if (!(error instanceof CertificateFault)) throw error
    const isKey = error.message.includes(keyFile) && !error.message.startsWith(certificateFile)
    return [faultAt(loaded, isKey ? 'tls.keyFile' : 'tls.certificateFile', error.message)]
  }
}

/** Two listeners of ours on one port: the second could not start. */
function samePortFaults(loaded: LoadedConfig): Fault[] {
  const { config } = loaded
  const faults: Fault[] = []
  const taken = new Map<string, SettingName>()
  for (const [hostSetting, portSettings] of listening) {
    for (const portSetting of portSettings) {
      const port = config[portSetting]
      if (port === 0 || !isListenedOn(loaded, portSetting)) continue
      const address = `${config[hostSetting].toLowerCase()} ${port}`
      const other = taken.get(address)
      if (other === undefined) taken.set(address, portSetting)
      else
        faults.push(
          faultAt(
            loaded,
            portSetting,
            `${other} has port ${port} of the same address too. Choose another one.`,
          ),
        )
    }
  }
  return faults
}

const isListenedOn = ({ config }: LoadedConfig, setting: SettingName): boolean =>
  setting !== 'web.redirectPort' || config['web.redirect'] === 'yes'

async function addressFaults(loaded: LoadedConfig): Promise<Fault[]> {
  const faults: Fault[] = []
  for (const [hostSetting, portSettings] of listening) {
    const host = loaded.config[hostSetting]
    const code = await tryAddress(host, 0)
    if (code !== undefined) {
      const sentence =
        code === 'EADDRNOTAVAIL'
          ? `This machine does not have the address ${host}. Name one that it has, or :: for all of them.`
          : `${host} is no address that can be listened on (${code}). Name an address of this machine.`
      faults.push(faultAt(loaded, hostSetting, sentence))
      continue
    }
    for (const portSetting of portSettings) {
      const port = loaded.config[portSetting]
      if (port === 0 || port >= firstUnprivilegedPort || !isListenedOn(loaded, portSetting)) continue
      // One that is in use may be used by the very service whose configuration is looked at.
      if ((await tryAddress(host, port)) === 'EACCES') {
        const sentence = `This user may not listen on port ${port}. Choose one from ${firstUnprivilegedPort} up, or grant the right.`
        faults.push(faultAt(loaded, portSetting, sentence))
      }
    }
  }
  return faults
}

/** Listens for a moment. The system's word for why it cannot, or nothing. */
function tryAddress(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy())
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    server.listen(port, host, () => server.close(() => resolve(undefined)))
  })
}

async function secretFaults(loaded: LoadedConfig): Promise<Fault[]> {
  const faults: Fault[] = []
  for (const name of settingNames) {
    if (settings[name].kind !== 'secret') continue
    try {
      await readSecret(loaded.config[name] as Secret | null)
    } catch (error) {
      if (!(error instanceof KeyUnavailable)) throw error
      faults.push(faultAt(loaded, name, error.message))
    }
  }
  return faults
}

function authorityFaults(loaded: LoadedConfig): Fault[] {
  const file = loaded.config['exchange.authoritiesFile']
  if (file === '') return []
  try {
    readFileSync(file)
    return []
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const sentence = `${file} cannot be read (${code}). Name a PEM file that this user may read.`
    return [faultAt(loaded, 'exchange.authoritiesFile', sentence)]
  }
}

/** Loads the module, looks for the token, logs in, and ends the session again. */
async function tokenFaults(loaded: LoadedConfig): Promise<Fault[]> {
  const module = loaded.config['keys.pkcs11.module']
  const token = configuredToken(loaded.config)
  if (token === undefined) return []
  try {
    if (statSync(module, { throwIfNoEntry: false })?.isFile() !== true)
      return [faultAt(loaded, 'keys.pkcs11.module', `${module} is not there. Name the library of the token.`)]
    await token.list(noOrganization)
    return []
  } catch (error) {
    if (!(error instanceof KeyUnavailable)) throw error
    const setting =
      error.reason === 'denied'
        ? 'keys.pkcs11.pin'
        : error.message.includes('with the label')
          ? 'keys.pkcs11.token'
          : 'keys.pkcs11.module'
    return [faultAt(loaded, setting, error.message)]
  } finally {
    await token.close()
  }
}
