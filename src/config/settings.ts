import { oneOf, path, port, secret, text, wholeNumber } from './setting.ts'

/**
 * Every setting of the service, each once. `a.b` is `b:` under `a:` in the file and LANDBRIDGE_A_B in the
 * environment; `docs/configuration.md` is made from this table.
 */
export const settings = {
  dataFolder: path({
    default: 'data',
    environment: 'LANDBRIDGE_DATA',
    prose:
      'Folder for everything that is kept: mail, directory, keys, certificate, log. It is created with mode 0700. The option `--data` of every command overrides it.',
  }),

  'service.hostname': text({
    default: '',
    pattern:
      /^([a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(\.[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*)?$/,
    takes: 'host name',
    prose:
      'Name under which clients reach the service; it goes into the self-signed certificate. Empty means the name of the machine.',
  }),
  'service.testDomainSuffix': text({
    default: 'test',
    pattern: /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/,
    takes: 'domain name in lower case',
    prose:
      'Each organisation gets the domain ALIAS.SUFFIX for its first tests, where WorkMail gives it ALIAS.awsapps.com. Organisations that exist already keep theirs.',
  }),
  'service.stopSeconds': wholeNumber({
    default: 7,
    from: 1,
    to: 600,
    prose:
      'How long a stop waits for requests that are under way before it cuts them off. Closing the data takes up to two seconds more.',
  }),

  'admin.host': text({
    default: '127.0.0.1',
    takes: 'IP address or host name',
    prose: 'Address on which the administration API listens. `::` means every address of the machine.',
  }),
  'admin.port': port({
    default: 8443,
    prose:
      'HTTPS port of the administration API, which speaks the wire protocol of Amazon WorkMail (AWS JSON 1.1, Signature Version 4). 0 takes any free port.',
  }),
  'admin.region': text({
    default: 'local',
    pattern: /^[a-z0-9-]{1,64}$/,
    takes: 'lower-case letters, digits and hyphens',
    prose: 'Region in the ARNs that the administration API gives out. Requests may be signed for any region.',
  }),
  'admin.accountId': text({
    default: '000000000000',
    pattern: /^[0-9]{12}$/,
    takes: '12 digits',
    prose: 'Account number in the ARNs that the administration API gives out.',
  }),
  'admin.requestSeconds': wholeNumber({
    default: 60,
    from: 1,
    to: 600,
    prose: 'Longest time that one administration request may take, its upload included.',
  }),

  'health.host': text({
    default: '127.0.0.1',
    takes: 'IP address or host name',
    prose: 'Address on which the health endpoint listens.',
  }),
  'health.port': port({
    default: 8080,
    prose:
      'HTTP port of the health endpoint: GET /health answers 200 while the service can read and write its data, 503 while it cannot or is stopping. 0 takes any free port.',
  }),

  'tls.certificateFile': path({
    default: '',
    prose:
      'PEM file with the certificate and its chain. Empty means a self-signed one, which the service makes and renews in DATA/tls. The file is read again when it changes.',
  }),
  'tls.keyFile': path({
    default: '',
    prose:
      'PEM file with the private key of that certificate. It must not be readable by others (mode 0600).',
  }),

  'keys.provider': oneOf(['local', 'pkcs11'], {
    default: 'local',
    prose:
      'Where the keys of new organisations are made: `local` in files of `keys.folder`, `pkcs11` in a token. Organisations that exist already stay with theirs.',
  }),
  'keys.folder': path({
    default: '',
    prose:
      'Folder of the local organisation keys, mode 0700. Empty means DATA/keys. Keep it out of the backup of the mail.',
  }),
  'keys.pkcs11.module': path({
    default: '',
    prose:
      'PKCS#11 library of the token, for SoftHSM /usr/lib/softhsm/libsofthsm2.so. Empty means no token is used.',
  }),
  'keys.pkcs11.token': text({
    default: '',
    prose: 'Label of the token that holds the organisation keys.',
  }),
  'keys.pkcs11.pin': secret({ prose: 'User PIN of the token.' }),

  'dns.servers': text({
    default: '',
    pattern: /^([0-9a-fA-F.:[\]]+(, ?[0-9a-fA-F.:[\]]+){0,7})?$/,
    takes: 'IP addresses with optional ports, separated by commas',
    prose: 'Name servers that are asked about mail domains. Empty means those of the system.',
  }),

  'log.level': oneOf(['debug', 'info', 'warn', 'error'], {
    default: 'info',
    prose:
      'Least important level that is logged. Message texts, passwords and keys are never logged at any level.',
  }),
  'log.output': oneOf(['auto', 'stdout', 'file'], {
    default: 'auto',
    prose:
      'Where the log goes as JSON lines: `stdout`, or `file` for DATA/log/landbridge.log. `auto` takes the file when a person looks on at a terminal, who then sees readable lines, and stdout otherwise.',
  }),
  'log.maxFileBytes': wholeNumber({
    default: 16_777_216,
    from: 65_536,
    to: 1_073_741_824,
    prose: 'A log file that grows past this many octets is set aside and a new one begun.',
  }),
  'log.keptFiles': wholeNumber({
    default: 5,
    from: 0,
    to: 100,
    prose: 'How many log files that were set aside are kept.',
  }),
}

type Settings = typeof settings
export type SettingName = keyof Settings

/** Values by name: `config['admin.port']`. */
export type Config = { readonly [Name in SettingName]: Settings[Name]['default'] }

export const settingNames = Object.keys(settings) as SettingName[]

/** LANDBRIDGE_ADMIN_REQUEST_SECONDS for `admin.requestSeconds`. */
export function environmentName(name: SettingName): string {
  const own = settings[name].environment
  if (own !== undefined) return own
  return `LANDBRIDGE_${name
    .replaceAll('.', '_')
    .replace(/[A-Z]/g, (letter) => `_${letter}`)
    .toUpperCase()}`
}
