/** The Exchange Management Shell as far as cut-over scripts use it: it reads PowerShell, and changes the attributes of users. */
export type ShellUser = Record<string, string | string[]>

type Value = string | boolean | string[] | Record<string, string | string[]>

/** What was disabled stays in its database until somebody connects it again. */
export class ExchangeShell {
  readonly users: Map<string, ShellUser>
  /** Files of Export-Clixml. */
  readonly kept = new Map<string, ShellUser>()
  readonly ran: string[] = []
  /** Ways in that are closed, by user (Get-CASMailbox), and files of how they were. */
  readonly access = new Map<string, Record<string, Value>>()
  readonly keptAccess = new Map<string, Record<string, Value>>()
  #wasAccess: Record<string, Value> = {}
  #was: ShellUser = {}
  #skipping = 0

  constructor(users: Iterable<[string, ShellUser]>) {
    this.users = new Map([...users].map(([id, user]) => [id, structuredClone(user)]))
  }

  /** Runs the steps of a script, line by line. */
  run(script: string): void {
    for (const line of script.split('\r\n').map((each) => each.trim())) {
      if (line === '' || line.startsWith('#') || line.startsWith('Step ')) continue
      if (line === '}') {
        if (this.#skipping > 0) this.#skipping--
      } else if (this.#skipping > 0) continue
      else if (line.startsWith('if (-not (Test-Path')) this.#keepAccess(line)
      else if (line.startsWith('if (Get-')) {
        const { name, parameters } = command(line.slice('if ('.length))
        const user = this.#user(parameters)
        const has = name === 'Get-Mailbox' ? user.homeMDB !== undefined : user.targetAddress !== undefined
        if (!has) this.#skipping++
      } else this.#line(line)
    }
  }

  #line(line: string): void {
    if (line.startsWith('$was = Import-Clixml')) {
      const file = line.slice(line.indexOf("'"))
      this.#was = this.kept.get(file) ?? {}
      this.#wasAccess = this.keptAccess.get(file) ?? {}
      return
    }
    if (line.startsWith('Move-Item -Path')) {
      const [from, to] = [...line.matchAll(/'[^']*'\)/g)].map(([file]) => file)
      this.keptAccess.set(to!, this.keptAccess.get(from!)!)
      this.keptAccess.delete(from!)
      return
    }
    const { name, parameters } = command(line)
    this.ran.push(name)
    const user =
      name === 'Connect-Mailbox' ? this.users.get(parameters.User as string)! : this.#user(parameters)
    switch (name) {
      case 'Get-Mailbox': {
        const path = line.slice(line.indexOf('-Path '))
        this.kept.set(path.slice(path.indexOf("'")), structuredClone(user))
        return
      }
      case 'Disable-Mailbox':
      case 'Disable-MailUser':
        for (const attribute of ofRecipients) delete user[attribute]
        return
      case 'Enable-MailUser':
        user.mailNickname = parameters.Alias as string
        user.targetAddress = parameters.ExternalEmailAddress as string
        user.legacyExchangeDN = `/o=Corp/cn=made-anew-${user.mailNickname}`
        user.proxyAddresses = [`SMTP:${parameters.PrimarySmtpAddress as string}`]
        return
      case 'Set-MailUser':
        user.proxyAddresses = parameters.EmailAddresses as string[]
        user.targetAddress = parameters.ExternalEmailAddress as string
        return
      case 'Set-CASMailbox': {
        const { Identity, ...ways } = parameters
        const before = this.#accessOf(Identity as string)
        const after = Object.fromEntries(
          Object.entries(ways).map(([way, value]) => [
            way,
            line.includes(`-${way} $was.${way}`) ? this.#wasAccess[way]! : value,
          ]),
        )
        this.access.set(Identity as string, { ...before, ...after })
        return
      }
      case 'Update-StoreMailboxState':
        return
      case 'Connect-Mailbox':
        user.homeMDB = this.#was.homeMDB!
        user.msExchMailboxGuid = this.#was.msExchMailboxGuid!
        user.mailNickname = parameters.Alias as string
        user.legacyExchangeDN = `/o=Corp/cn=connected-${user.mailNickname}`
        user.proxyAddresses = [`SMTP:${user.mailNickname}@by-policy.example`]
        return
      case 'Set-Mailbox': {
        const delegates = parameters.GrantSendOnBehalfTo as string[]
        if (delegates.length > 0) user.publicDelegates = delegates
        return
      }
      case 'Set-ADUser':
        Object.assign(user, parameters.Replace)
        if (parameters.Clear !== undefined) delete user[parameters.Clear as string]
        return
      default:
        throw new Error(`The shell does not know ${name}`)
    }
  }

  #accessOf(identity: string): Record<string, Value> {
    if (!this.users.has(identity)) throw new Error(`Nobody is called ${identity}`)
    return this.access.get(identity) ?? {}
  }

  /** `if (-not (Test-Path FILE)) { Get-CASMailbox … | Export-Clixml -Path FILE }` */
  #keepAccess(line: string): void {
    const file = /Test-Path \(Join-Path \$Kept ('[^']*')\)/.exec(line)![1]!
    const { name, parameters } = command(line.slice(line.indexOf('{ ') + 2))
    if (name !== 'Get-CASMailbox') throw new Error(`The shell does not know ${name}`)
    const path = `${file})`
    if (!this.keptAccess.has(path))
      this.keptAccess.set(path, structuredClone(this.#accessOf(parameters.Identity as string)))
  }

  #user(parameters: Record<string, Value>): ShellUser {
    const user = this.users.get(parameters.Identity as string)
    if (user === undefined) {
      if (parameters.Identity === '') return {}
      throw new Error(`Nobody is called ${String(parameters.Identity)}`)
    }
    return user
  }
}

const ofRecipients = [
  ...['homeMDB', 'msExchMailboxGuid', 'mailNickname', 'legacyExchangeDN', 'proxyAddresses'],
  ...['targetAddress', 'publicDelegates'],
]

/** A cmdlet with its parameters; what comes after a pipe, or a closing bracket too many, is left. */
export function command(line: string): { name: string; parameters: Record<string, Value> } {
  const [name] = /^[A-Za-z]+-[A-Za-z]+/.exec(line)!
  const parameters: Record<string, Value> = {}
  const reader = new Reader(line, name.length)
  for (;;) {
    reader.blanks()
    const parameter = reader.take(/-([A-Za-z0-9]+)[ :]?/y)
    if (parameter === undefined) return { name, parameters }
    reader.blanks()
    parameters[parameter[1]!] = reader.starts('-') || reader.ended ? true : reader.value()
  }
}

const QUOTES = "'\u2018\u2019\u201a\u201b"

/** Values as about_Quoting_Rules and about_Hash_Tables have them. */
export class Reader {
  readonly #text: string
  #at: number

  constructor(text: string, at = 0) {
    this.#text = text
    this.#at = at
  }

  get ended(): boolean {
    return this.#at >= this.#text.length
  }

  starts(text: string): boolean {
    return this.#text.startsWith(text, this.#at)
  }

  blanks(): void {
    while (this.#text[this.#at] === ' ') this.#at++
  }

  take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)
    if (found !== null) this.#at += found[0].length
    return found ?? undefined
  }

  value(): Value {
    if (this.take(/@\(/y)) {
      const all: string[] = []
      while (!this.take(/\)/y)) {
        all.push(this.value() as string)
        this.take(/, /y)
      }
      return all
    }
    if (this.take(/@\{/y)) {
      const all: Record<string, string | string[]> = {}
      while (!this.take(/\}/y)) {
        const name = this.value() as string
        this.take(/ = /y)
        all[name] = this.value() as string | string[]
        this.take(/; /y)
      }
      return all
    }
    if (this.take(/\(Join-Path[^)]*\)/y)) return ''
    if (this.take(/\(/y)) {
      let text = ''
      while (!this.take(/\)/y)) {
        const letter = this.take(/\[char\](\d+)/y)
        text += letter ? String.fromCharCode(Number(letter[1])) : (this.value() as string)
        this.take(/ \+ /y)
      }
      return text
    }
    const bare = this.take(/\$(true|false)\b/y)
    if (bare) return bare[1] === 'true'
    if (this.take(/\$was\.\w+|"\$\(\$was\.\w+\)"/y)) return ''
    return this.take(/[A-Za-z0-9]+/y)?.[0] ?? this.#quoted()
  }

  #quoted(): string {
    if (!QUOTES.includes(this.#text[this.#at] ?? ' '))
      throw new Error(`No value at ${this.#at}: ${this.#text}`)
    let text = ''
    for (this.#at++; ; this.#at++) {
      const sign = this.#text[this.#at]
      if (sign === undefined || /[\r\n]/.test(sign)) throw new Error(`A quote is open: ${this.#text}`)
      if (!QUOTES.includes(sign)) text += sign
      else if (QUOTES.includes(this.#text[this.#at + 1] ?? ' ')) text += this.#text[this.#at++]
      else break
    }
    this.#at++
    return text
  }
}
