import type { Fault } from './config-fault.ts'
import type { Config, SettingName } from './settings.ts'

/** What single settings cannot say: which of them go together. */
export function checkTogether(config: Config, sources: Readonly<Record<SettingName, string>>): Fault[] {
  const faults: Fault[] = []
  const needs = (given: SettingName, missing: SettingName) => {
    const problem = `It needs ${missing} beside it.`
    faults.push({
      where: sources[given],
      setting: given,
      problem,
      remedy: `Set ${missing} too, or remove ${given}.`,
    })
  }
  const together = (one: SettingName, other: SettingName) => {
    if (config[one] && !config[other]) needs(one, other)
    if (config[other] && !config[one]) needs(other, one)
  }
  together('tls.certificateFile', 'tls.keyFile')
  together('exchange.user', 'exchange.password')
  together('outbound.relayUser', 'outbound.relayPassword')
  if (config['keys.pkcs11.module'] || config['keys.provider'] === 'pkcs11') {
    const given: SettingName = config['keys.pkcs11.module'] ? 'keys.pkcs11.module' : 'keys.provider'
    for (const name of ['keys.pkcs11.module', 'keys.pkcs11.token', 'keys.pkcs11.pin'] as const) {
      if (!config[name]) needs(given, name)
    }
  }
  if (config['admin.port'] !== 0 && config['admin.port'] === config['health.port']) {
    const problem = `Port ${config['health.port']} is the port of the administration API already.`
    faults.push({
      where: sources['health.port'],
      setting: 'health.port',
      problem,
      remedy: 'Choose another port.',
    })
  }
  return faults
}
