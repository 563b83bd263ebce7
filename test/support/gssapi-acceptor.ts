import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process'
import { createHash, X509Certificate } from 'node:crypto'
import { createInterface } from 'node:readline'
import { peer } from './peers.ts'
import { type Pair, reply, type StubRequest } from './stub-https.ts'

const python = '/usr/bin/python3'

/** GSSAPI of MIT Kerberos, as web servers on Linux use it. */
export const gssapi = peer(
  'GSSAPI',
  () => (spawnSync(python, ['-c', 'import gssapi']).status === 0 ? python : undefined),
  'install python3-gssapi',
)

/** Takes the token of each line, bound to the channel whose data stands before it, and says whose it is. */
const PROGRAM = `
import base64, gssapi, json, sys
credentials = gssapi.Credentials(usage="accept", store={"keytab": sys.argv[1]})
for line in sys.stdin:
    channel, token = (base64.b64decode(part) for part in line.split())
    bindings = gssapi.raw.ChannelBindings(application_data=channel)
    said = {}
    try:
        context = gssapi.SecurityContext(creds=credentials, usage="accept", channel_bindings=bindings)
        answer = context.step(token)
        said["user"] = str(context.initiator_name) if context.complete else None
    except gssapi.exceptions.GSSError as error:
        said["problem"] = str(error)
        answer = getattr(error, "token", None)
    said["answer"] = base64.b64encode(answer or b"").decode()
    print(json.dumps(said), flush=True)
`

type Said = { user?: string | null; problem?: string; answer: string }

/** What IIS does that offers Negotiate: each request has to have a token; NTLM is switched off. */
export class NegotiateGate {
  readonly #process: ChildProcessWithoutNullStreams
  readonly #lines: AsyncIterator<string>
  readonly #channel: Buffer
  /** Whoever was let in, and what others were told. */
  readonly users: string[] = []
  readonly problems: string[] = []
  offers: string[] = ['Negotiate']

  /** `pair` is what the server shows; tokens bound to another one are refused. */
  constructor(keytab: string, pair: Pair) {
    this.#process = spawn(gssapi.found, ['-c', PROGRAM, keytab], {
      // Each test sends its tokens once.
      env: { ...process.env, KRB5RCACHETYPE: 'none', KRB5_CONFIG: '/dev/null' },
    })
    this.#lines = createInterface(this.#process.stdout)[Symbol.asyncIterator]()
    const hash = createHash('sha256').update(new X509Certificate(pair.cert).raw).digest()
    this.#channel = Buffer.concat([Buffer.from('tls-server-end-point:'), hash])
  }

  /** True for a request that is let in; otherwise it has been answered. */
  async lets(asked: StubRequest): Promise<boolean> {
    const token = /^Negotiate (.+)$/.exec(asked.request.headers.authorization ?? '')?.[1]
    if (token === undefined) {
      reply(asked, 401, '', { 'www-authenticate': this.offers })
      return false
    }
    const said = await this.#accept(token)
    if (said.user != null) {
      this.users.push(said.user)
      return true
    }
    this.problems.push(said.problem ?? 'more is wanted')
    const [first, ...others] = this.offers
    const answered = said.answer === '' ? first! : `${first} ${said.answer}`
    reply(asked, 401, '', { 'www-authenticate': [answered, ...others] })
    return false
  }

  async #accept(token: string): Promise<Said> {
    this.#process.stdin.write(`${this.#channel.toString('base64')} ${token}\n`)
    const { value } = await this.#lines.next()
    return JSON.parse(value)
  }

  close(): void {
    this.#process.kill()
  }
}
