// one thing: the table of settings
import { isNetworkList, isServerList } from './address-list.ts'
import { oneOf, path, port, secret, text, wholeNumber, yesOrNo } from './setting.ts'

const HOST = /^([a-zA-Z0-9]([a-zA-Z0-9.-]{0,251}[a-zA-Z0-9])?|[0-9a-fA-F:]+)?$/
/** Not empty: then Node listens on every address there is. */
const LISTEN = /^([a-zA-Z0-9]([a-zA-Z0-9.-]{0,251}[a-zA-Z0-9])?|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*(%[\w.-]+)?)$/
const NETWORKS = /^([0-9a-fA-F.:]+(\/[0-9]{1,3})?(, ?[0-9a-fA-F.:]+(\/[0-9]{1,3})?)*)?$/
const NETWORKS_IN_WORDS = 'IP addresses and networks like 10.0.0.0/8, separated by commas'

/**
 * Every setting of the service, each once. `a.b` is `b:` under `a:` in the file and LANDBRIDGE_A_B in the
 * environment; `docs/configuration.md` is made from this table.
 */
export const settings = {
  dataFolder: path({
    default: 'data',
    required: true,
    environment: 'LANDBRIDGE_DATA',
    prose:
      'Folder for everything that is kept: mail, directory, keys, certificate, log. It is created with mode 0700, and one that is there is closed to others at the start; one that others may look into and that holds more than Landbridge is refused. The option `--data` of every command overrides it.',
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
    default: 9,
    from: 1,
    to: 600,
    prose:
      'How long a stop may take. Requests that are under way are cut off two seconds before (but not before half of it), so that the data can be closed. A stop that is not over then ends with exit code 70.',
  }),

  'admin.host': text({
    default: '127.0.0.1',
    pattern: LISTEN,
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
    pattern: LISTEN,
    takes: 'IP address or host name',
    prose: 'Address on which the health endpoint listens.',
  }),
  'health.port': port({
    default: 8080,
    prose:
      'HTTP port of the health endpoint: GET /health answers 200 while the service can read and write its data, 503 with the reason while it cannot or is stopping. Whether it can write is tried at most every ten seconds. GET /metrics tells Prometheus how the service does. 0 takes any free port.',
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
    fits: isServerList,
    takes: 'IP addresses with optional ports, separated by commas',
    prose:
      'Name servers that are asked about mail domains, and about domains of Active Directory and their controllers; a controller that they do not know is looked up as the system does. Empty means those of the system.',
  }),

  'kerberos.controllers': text({
    default: '',
    pattern:
      /^([\w.-]+=([a-zA-Z0-9.-]+|\[[0-9a-fA-F:]+\])(:[0-9]{1,5})?(, ?[\w.-]+=([a-zA-Z0-9.-]+|\[[0-9a-fA-F:]+\])(:[0-9]{1,5})?){0,15})?$/,
    takes: 'REALM=HOST or REALM=HOST:PORT, separated by commas',
    prose:
      'Domain controllers that give Kerberos tickets for signing in at Exchange (migration, free/busy), such as `CORP.EXAMPLE=dc1.corp.example`; TCP port 88 unless another is named. With a controller named here a password may be used with RC4 too, where its account has no keys for AES. Empty means those that DNS names (SRV `_kerberos._tcp` of the domain of the account, or of domains above the server). Tickets are asked for where a server offers Negotiate; where no controller is known, NTLM or Basic is spoken.',
  }),

  'smtp.host': text({
    default: '127.0.0.1',
    pattern: LISTEN,
    takes: 'IP address or host name',
    prose:
      'Address on which mail is taken, from other servers and from mail programs. `::` means every address of the machine.',
  }),
  'smtp.mxPort': port({
    default: 2525,
    prose:
      'Port on which other servers bring mail (STARTTLS offered). They come to port 25, which needs the right to bind it, or a rule of the firewall that leads here. 0 takes any free port.',
  }),
  'smtp.submissionsPort': port({
    default: 2465,
    prose:
      'Port on which mail programs hand in mail with TLS from the start; they expect 465. 0 takes any free port.',
  }),
  'smtp.submissionPort': port({
    default: 2587,
    prose: 'Port on which mail programs hand in mail after STARTTLS; they expect 587. 0 takes any free port.',
  }),
  'smtp.connections': wholeNumber({
    default: 10_000,
    from: 1,
    to: 1_000_000,
    prose: 'Connections at the same time on each of these ports. Who is one too many hears 421.',
  }),
  'smtp.connectionsPerClient': wholeNumber({
    default: 100,
    from: 1,
    to: 1_000_000,
    prose: 'The same from one address. The Exchange side needs as many as its send connector opens.',
  }),
  'smtp.spoolFolder': path({
    default: '',
    prose:
      'Folder for messages larger than 2 MiB while they come in; encrypted, and without names. Empty means DATA/spool.',
  }),
  'smtp.spoolBytes': wholeNumber({
    default: 4_294_967_296,
    from: 67_108_864,
    to: 1_099_511_627_776,
    prose:
      'Octets of all messages together while they come in, of offline address books while they are made, and of what migrations read, which take up to three quarters. When they are used up, senders are asked to come again (452).',
  }),
  'smtp.trustedRelays': text({
    default: '',
    pattern: NETWORKS,
    fits: isNetworkList,
    takes: NETWORKS_IN_WORDS,
    prose:
      'Relays of our own that bring mail from the Internet, a filter in front of this service for example. Mail from them is judged by the first server before them. The Exchange side is given in `exchange.addresses`.',
  }),
  'smtp.verifySenders': yesOrNo({
    default: 'yes',
    prose:
      'Whether SPF, DKIM, DMARC and ARC of mail from outside are verified. With `no` the DMARC policy of an organisation has no effect.',
  }),
  'smtp.trustedSealers': text({
    default: '',
    pattern: /^([a-zA-Z0-9.-]+(, ?[a-zA-Z0-9.-]+)*)?$/,
    takes: 'domains, separated by commas',
    prose:
      'Domains whose ARC seal is believed: mail that they forward may fail DMARC if it had passed when they got it.',
  }),
  'smtp.sendFromSubaddresses': yesOrNo({
    default: 'no',
    prose:
      'Whether whoever may send as an address may send as its subaddresses too (`ann+shop@` for `ann@`). As in WorkMail they receive only, if not.',
  }),
  'smtp.postmaster': text({
    default: '',
    takes: 'e-mail address',
    prose:
      'Who gets mail to postmaster@ and abuse@ of a domain in which nobody has that address. Empty, or an address of another organisation, means: the user postmaster, administrator or admin, else the first user of the organisation.',
  }),

  'imap.host': text({
    default: '127.0.0.1',
    pattern: LISTEN,
    takes: 'IP address or host name',
    prose: 'Address on which mail programs read mail by IMAP. `::` means every address of the machine.',
  }),
  'imap.tlsPort': port({
    default: 2993,
    prose: 'Port for IMAP with TLS from the start; mail programs expect 993. 0 takes any free port.',
  }),
  'imap.port': port({
    default: 2143,
    prose:
      'Port for IMAP after STARTTLS, without which nothing is answered here; mail programs expect 143. 0 takes any free port.',
  }),
  'imap.connections': wholeNumber({
    default: 20_000,
    from: 1,
    to: 1_000_000,
    prose: 'Connections at the same time on each of these ports. Who is one too many hears BYE.',
  }),
  'imap.connectionsPerClient': wholeNumber({
    default: 1_000,
    from: 1,
    to: 1_000_000,
    prose: 'The same from one address, behind which a whole office may be.',
  }),
  'imap.connectionsPerUser': wholeNumber({
    default: 50,
    from: 1,
    to: 1_000_000,
    prose:
      'The same of one user over both ports: mail programs open about five, and each device has one or two.',
  }),
  'imap.idleMinutes': wholeNumber({
    default: 30,
    from: 30,
    to: 1_440,
    prose:
      'How long a mail program may be silent before its connection is closed, also while it waits for new mail (IDLE).',
  }),
  'imap.commandBytes': wholeNumber({
    default: 1_048_576,
    from: 65_536,
    to: 67_108_864,
    prose: 'Largest command, in octets; messages that are stored do not count.',
  }),
  'imap.badCommands': wholeNumber({
    default: 20,
    from: 1,
    to: 1_000_000,
    prose:
      'Commands in a row that cannot be understood before a connection is closed; before the sign-in, in all.',
  }),

  'web.host': text({
    default: '127.0.0.1',
    pattern: LISTEN,
    takes: 'IP address or host name',
    prose:
      "Address on which people's programs and other servers ask over HTTPS (Exchange Web Services). `::` means every address of the machine.",
  }),
  'web.port': port({
    default: 8444,
    prose: 'HTTPS port for them; programs expect 443. 0 takes any free port.',
  }),
  'web.redirect': yesOrNo({
    default: 'no',
    prose:
      'Whether Autodiscover is redirected to HTTPS on a port without TLS, as some programs ask `http://autodiscover.DOMAIN/` last of all.',
  }),
  'web.redirectPort': port({
    default: 8081,
    prose: 'That port; programs expect 80. 0 takes any free port.',
  }),
  'web.url': text({
    default: '',
    pattern: /^(https:\/\/[a-zA-Z0-9.-]+(:[0-9]{1,5})?)?$/,
    takes: 'HTTPS address without a path',
    prose:
      'Address under which programs and the Exchange side reach that port from outside, for Autodiscover to give out. Empty means `service.hostname` (or the name they asked for) and the port they came to.',
  }),
  'web.connections': wholeNumber({
    default: 10_000,
    from: 1,
    to: 1_000_000,
    prose: 'Connections at the same time on this port; each program that waits for news holds one.',
  }),
  'web.requestSeconds': wholeNumber({
    default: 600,
    from: 10,
    to: 3_600,
    prose: 'Longest time from the first octet of a request to the first of its answer, its upload included.',
  }),
  'web.requestBytes': wholeNumber({
    default: 62_914_560,
    from: 1_048_576,
    to: 536_870_912,
    prose: 'Largest request, in octets: a message with its attachments in base64 must fit in.',
  }),
  'web.requestsPerUser': wholeNumber({
    default: 50,
    from: 1,
    to: 1_000_000,
    prose:
      'Requests of one user that are answered at the same time, those that wait for news apart. Who is one too many is told to come again.',
  }),

  'limits.externalRecipientsPerUser': wholeNumber({
    default: 10_000,
    from: 0,
    to: 1_000_000_000,
    prose: 'Recipients outside the organisation to whom one user may send on one day (UTC).',
  }),
  'limits.externalRecipientsPerOrganization': wholeNumber({
    default: 100_000,
    from: 0,
    to: 1_000_000_000,
    prose: 'The same for all users of an organisation together.',
  }),
  'limits.externalRecipientsPerAccount': wholeNumber({
    default: 100_000,
    from: 0,
    to: 1_000_000_000,
    prose: 'The same for all organisations of this service together.',
  }),
  'limits.testDomainRecipients': wholeNumber({
    default: 200,
    from: 0,
    to: 1_000_000_000,
    prose:
      'Recipients of all kinds, colleagues too, to whom all organisations together may send on one day from addresses of the domains that organisations are tried out with.',
  }),

  'scan.spam': oneOf(['none', 'rspamd', 'spamd'], {
    default: 'none',
    prose: 'Spam scanner that every message in and out is shown to.',
  }),
  'scan.spamAddress': text({
    default: '',
    prose:
      'Where the spam scanner listens: a URL for rspamd, `host:port` or the path of a socket for spamd. Empty means http://127.0.0.1:11333 or 127.0.0.1:783.',
  }),
  'scan.spamPassword': secret({ prose: 'Password of the rspamd worker, when it asks for one.' }),
  'scan.virus': oneOf(['none', 'clamd'], {
    default: 'none',
    prose:
      'Virus scanner that every message in and out is shown to. What it finds a virus in is never delivered.',
  }),
  'scan.virusAddress': text({
    default: '',
    prose: 'Where clamd listens: `host:port` or the path of a socket. Empty means 127.0.0.1:3310.',
  }),
  'scan.withoutSpamVerdict': oneOf(['accept', 'junk', 'defer'], {
    default: 'accept',
    prose:
      'What is done with a message that the spam scanner gave no answer for: deliver it, deliver it to Junk, or ask the sender to come again.',
  }),
  'scan.withoutVirusVerdict': oneOf(['accept', 'junk', 'defer'], {
    default: 'defer',
    prose:
      'The same for the virus scanner. Where it says `defer`, a message that the scanner can never read (larger than its limit, or one that it breaks off at) goes to Junk.',
  }),

  'availability.privateAddresses': yesOrNo({
    default: 'no',
    prose:
      'Whether the servers that organisations name to be asked when people are free may have addresses of private networks and of this machine. An Exchange server in the same network needs `yes`, which lets every administrator of an organisation make this service connect there.',
  }),
  'availability.awsAccessKeyId': text({
    default: '',
    prose: 'Access key with which availability providers of the type LAMBDA are invoked at AWS.',
  }),
  'availability.awsSecretAccessKey': secret({ prose: 'Secret of that access key.' }),

  'exchange.host': text({
    default: '',
    pattern: HOST,
    takes: 'host name or IP address',
    prose:
      'Server of the Exchange side of a shared domain that takes mail for its mailboxes. Empty means there is none.',
  }),
  'exchange.port': wholeNumber({ default: 25, from: 1, to: 65_535, prose: 'Its port.' }),
  'exchange.tls': oneOf(['required', 'implicit', 'opportunistic', 'never'], {
    default: 'required',
    prose:
      'How mail to it is secured: STARTTLS or nothing, TLS from the start, STARTTLS where it can, or not at all.',
  }),
  'exchange.largestMessageBytes': wholeNumber({
    default: 0,
    from: 0,
    to: 1_073_741_824,
    prose:
      'Octets of a message that it takes at most (MaxMessageSize of its receive connector). Larger ones to its mailboxes are refused before they are accepted, so that nobody gets a report about them. 0 means what it says itself when mail is brought to it.',
  }),
  'exchange.certificateName': text({
    default: '',
    pattern: HOST,
    takes: 'host name',
    prose:
      'Name that its certificate must be for. Empty means `exchange.host`. Without required TLS nothing is checked.',
  }),
  'exchange.authoritiesFile': path({
    default: '',
    prose:
      'PEM file with the authorities that its certificate may come from, such as the certification authority of the company. Empty means those that Node knows.',
  }),
  'exchange.autodiscoverUrl': text({
    default: '',
    pattern: /^(https:\/\/[a-zA-Z0-9.-]+(:[0-9]{1,5})?\/[A-Za-z0-9._~/-]*)?$/,
    takes: 'HTTPS address',
    prose:
      'Autodiscover of the Exchange side, such as `https://exchange.corp.example/autodiscover/autodiscover.xml`, to which programs of users are sent whose mailbox is there. Empty means that they are told another address of the user, where there is one.',
  }),
  'exchange.user': text({ default: '', prose: 'User name for it, when its receive connector asks for one.' }),
  'exchange.password': secret({ prose: 'Password of that user.' }),
  'exchange.addresses': text({
    default: '',
    pattern: NETWORKS,
    fits: isNetworkList,
    takes: NETWORKS_IN_WORDS,
    prose:
      'Addresses from which the Exchange side sends. Mail from them is believed about its sender, and is judged by the first server before it.',
  }),
  'exchange.certificates': text({
    default: '',
    pattern: /^([0-9A-Fa-f:]{64,95}(, ?[0-9A-Fa-f:]{64,95})*)?$/,
    takes: 'SHA-256 fingerprints in hexadecimal, separated by commas',
    prose:
      'Client certificates by which the Exchange side is known, wherever it comes from. The port for other servers then asks for one.',
  }),
  'exchange.mailExchanger': oneOf(['exchange', 'landbridge'], {
    default: 'exchange',
    prose:
      'Whose server the MX records of the shared domain name. While it is `exchange`, addresses nobody here has are given to Exchange, which knows who is unknown. Counts for organisations with interoperability on.',
  }),
  'exchange.unknownRecipients': oneOf(['refuse', 'exchange'], {
    default: 'refuse',
    prose: 'After the MX cut-over: what is done with mail to addresses nobody here has.',
  }),

  'outbound.relayHost': text({
    default: '',
    pattern: HOST,
    takes: 'host name or IP address',
    prose:
      'Server through which all mail to the Internet goes. Empty means straight to the servers of each domain.',
  }),
  'outbound.relayPort': wholeNumber({ default: 587, from: 1, to: 65_535, prose: 'Its port.' }),
  'outbound.relayTls': oneOf(['required', 'implicit', 'opportunistic', 'never'], {
    default: 'required',
    prose: 'How mail to it is secured.',
  }),
  'outbound.relayUser': text({ default: '', prose: 'User name for it.' }),
  'outbound.relayPassword': secret({ prose: 'Password of that user.' }),
  'outbound.port': wholeNumber({
    default: 25,
    from: 1,
    to: 65_535,
    prose: 'Port of the servers of other domains. Anything but 25 is for tests.',
  }),
  'outbound.tls': oneOf(['opportunistic', 'required'], {
    default: 'opportunistic',
    prose: 'Whether mail to servers that offer no TLS goes in clear or comes back to its sender.',
  }),
  'outbound.privateAddresses': yesOrNo({
    default: 'no',
    prose:
      'Whether a domain may lead its mail, and a gateway of an organisation or who receives pushed notifications or alerts of a migration may lie, at addresses of private networks and of this machine. `yes` lets anybody who can send mail, subscribe or administers an organisation make this service connect there.',
  }),
  'outbound.deliveries': wholeNumber({
    default: 50,
    from: 1,
    to: 10_000,
    prose: 'Deliveries at the same time.',
  }),
  'outbound.deliveriesPerDestination': wholeNumber({
    default: 10,
    from: 1,
    to: 1_000,
    prose: 'The same to one destination of an organisation.',
  }),
  'outbound.expireHours': wholeNumber({
    default: 48,
    from: 1,
    to: 720,
    prose: 'How long a delivery is tried before the message goes back to its sender.',
  }),
  'outbound.delayReportHours': wholeNumber({
    default: 4,
    from: 1,
    to: 720,
    prose:
      'After how long a sender is told that a message is late. Of one that waits because the next server lacks the TLS that is required, after a quarter of an hour at the latest.',
  }),

  'directory.syncMinutes': wholeNumber({
    default: 240,
    from: 5,
    to: 720,
    prose:
      'How often the address book is brought up to date from a directory that an organisation is connected to, in minutes. `landbridge gal sync` does it at once.',
  }),
  'directory.offlineBookHours': wholeNumber({
    default: 24,
    from: 1,
    to: 168,
    prose:
      'How often the offline address book is made, in hours, where the address book has changed. `landbridge gal offline-book --now` does it at once.',
  }),

  'directory.searchBytes': wholeNumber({
    default: 256 * 1024 ** 2,
    from: 0,
    to: 2 ** 40,
    prose:
      'Memory for the address books of large organisations, so that searches need not wait until they are read; an entry takes about 500 octets. Beyond it those go that were searched longest ago, and are read again when they are searched.',
  }),

  'trace.keptDays': wholeNumber({
    default: 30,
    from: 1,
    to: 3_650,
    prose:
      'How many days the message trace is kept: who wrote to whom, verdicts, routes and results, never a text. `landbridge trace` searches it.',
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
