/** Faults of servers, certificates, accounts and mailboxes of sources. */

import { rm } from 'node:fs/promises'
import { createServer, type LookupFunction } from 'node:net'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { ResponseCode } from '#src/wire/ews/message.ts'
import { formatResponse } from '#src/wire/ews/response.ts'
import { encodeParts } from '#src/wire/xml/xml-writer.ts'
import { bad, Fault, good, Status } from '#test/connectors/exchange/scripted-exchange.ts'
import { certificateFor } from '#test/support/certificate.ts'
import {
  ANNA,
  DAY_MS,
  everywhere,
  ews,
  fault,
  HOUR_MS,
  type Planted,
  type Stand,
  servers,
} from '#test/support/planted-faults.ts'
import { withMember } from '#test/support/planted-members.ts'
import { scriptedImap } from '#test/support/scripted-imap.ts'
import { localhostCertificate, type Pair, reply, stubHttps } from '#test/support/stub-https.ts'

/** Nobody listens there: it is for those who are root on this machine, and out of use. */
const CLOSED = 1
const found = {
  ResponseMessages: [
    {
      GetFolderResponseMessage: {
        ...good,
        Folders: [{ Folder: { FolderId: { Id: 'F1', ChangeKey: 'a' } } }],
      },
    },
  ],
}

/** The server of a source, in place of the one that is well. */
const reached = (stand: Stand, { host, port, ca }: { host: string; port: number; ca?: string }): void => {
  stand.exchange.options = () => ({
    url: `https://${host}:${port}/EWS/Exchange.asmx`,
    lookup: toHere,
    ...(ca !== undefined && { tls: { ca } }),
  })
  const tls = { mode: 'implicit', ...(ca !== undefined && { ca }) } as const
  stand.imap.options = { host: '127.0.0.1', port, tls: { ...tls, verifyName: host } }
}
const toHere: LookupFunction = (_, options, done) =>
  options.all ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4)

/** One that shows this certificate, whatever it speaks. */
async function showing({ kind }: Stand, pair: Pair, t: TestContext): Promise<number> {
  if (kind === 'imap') {
    const server = await scriptedImap({ certificate: pair, implicitTls: true })
    t.after(() => server.close())
    return server.port
  }
  const server = await stubHttps((asked) => reply(asked, 401), pair)
  t.after(() => server.close())
  return Number(new URL(server.url).port)
}

const refuse = (status: number) => () => {
  throw new Status(status)
}
const noRight = () => ({
  ResponseMessages: [
    { GetFolderResponseMessage: bad('ErrorImpersonateUserDenied', 'The account does not have permission.') },
  ],
})

const answering = (code: ResponseCode, text: string) => () => ({
  ResponseMessages: [{ GetFolderResponseMessage: bad(code, text) }],
})

export const faultsThere: readonly Planted[] = [
  fault('a host that is down', servers, (stand) => reached(stand, { host: 'localhost', port: CLOSED }), [
    'failed',
    'connection',
    /(localhost:1 |127\.0\.0\.1 port 1: ).*nobody listens there \((127\.0\.0\.1|::1):1\)/,
    /port.*firewall|firewall.*port/,
  ]),
  fault(
    'a host that DNS does not know',
    servers,
    (stand) => {
      stand.config.url = stand.kind === 'imap' ? 'imaps://old.corp.example' : 'https://old.corp.example/EWS'
      stand.lost.add('old.corp.example')
    },
    ['failed', 'DNS', /^Nobody knows old\.corp\.example, the server of source "old"\.$/, /migrate source/],
  ),
  fault(
    'a port on which something else speaks',
    servers,
    async (stand, t) => {
      const other = createServer((socket) => {
        socket.on('error', () => undefined)
        socket.end('220 smtp.corp.example ESMTP\r\n')
      })
      await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
      t.after(() => other.close())
      reached(stand, { host: 'localhost', port: (other.address() as { port: number }).port })
    },
    ['failed', 'TLS', /wrong version number|does not begin with TLS/, /^Name the port .*(443|993)/],
  ),
  fault(
    'a certificate that has ended',
    servers,
    async (stand, t) => {
      const pair = await certificateFor(['localhost'], { days: -10 })
      reached(stand, { host: 'localhost', port: await showing(stand, pair, t), ca: pair.cert })
    },
    ['failed', 'TLS', /certificate has expired/, /[Rr]enew/],
  ),
  fault(
    'a certificate for another name',
    servers,
    async (stand, t) => {
      const pair = await localhostCertificate()
      const port = await showing(stand, pair, t)
      reached(stand, { host: 'mail.corp.example', port, ca: pair.cert })
    },
    ['failed', 'TLS', /Host: mail\.corp\.example\. is not in the cert's altnames/, /^Name the server/],
  ),
  fault(
    'a certificate of an authority that is not known',
    servers,
    async (stand, t) =>
      reached(stand, { host: 'localhost', port: await showing(stand, await localhostCertificate(), t) }),
    ['failed', 'TLS', /self-signed certificate/, /--ca FILE/],
  ),
  fault(
    'a wrong password',
    ['exchange', 'imap'],
    (stand) => {
      stand.exchange.script.GetFolder = refuse(401)
      stand.imap.special = (name) => (name === 'AUTHENTICATE' ? '% NO [AUTHENTICATIONFAILED] no' : undefined)
    },
    ['failed', 'sign-in', /refused the credentials of CORP\\svc|refuses AUTHENTICATE/, /password/],
  ),
  fault(
    'a key or a role that WorkMail does not know',
    ['workmail'],
    (stand) => {
      stand.api = (asked) =>
        reply(asked, 400, '{"__type":"ResourceNotFoundException","message":"No role r-1."}')
    },
    ['failed', 'token', /No role r-1\./, /migrate source/],
  ),
  fault(
    'an API that is out of reach',
    ['workmail'],
    (stand) => {
      stand.apiUrl = `https://localhost:${CLOSED}`
    },
    ['failed', 'impersonation', /localhost:1/, /./],
  ),
  fault(
    'no right to impersonate',
    ews,
    (stand) => {
      stand.exchange.script.GetFolder = noRight
    },
    [
      'failed',
      'impersonation',
      /anna@corp\.example.*ErrorImpersonateUserDenied/,
      /ApplicationImpersonation|get-impersonation-role-effect/,
    ],
  ),
  fault(
    'EWS that is closed to programs',
    ews,
    (stand) => {
      stand.exchange.script.GetFolder = refuse(403)
    },
    ['failed', 'sign-in', /forbids|403|forbidden/i, /EwsAllowList|get-access-control-effect/],
  ),
  fault(
    'a mailbox that is not there',
    everywhere,
    async (stand) => {
      stand.exchange.script.GetFolder = answering('ErrorNonExistentMailbox', 'No mailbox with such guid.')
      stand.imap.special = (name) => (name === 'AUTHENTICATE' ? '% NO [AUTHORIZATIONFAILED] none' : undefined)
      if (stand.kind === 'pst') await rm(join(stand.folder, `${ANNA}.pst`))
      if (stand.kind === 'landbridge') await withMember(stand, 'ghost')
    },
    [
      'failed',
      'mailbox|file|read',
      /anna@corp\.example|ghost@corp\.example|none\./,
      /there|who has a mailbox|describe-user/,
    ],
  ),
  fault(
    'a mailbox that is disabled',
    ews,
    (stand) => {
      stand.exchange.script.GetFolder = answering('ErrorAccountDisabled', 'The account is disabled.')
    },
    ['failed', 'mailbox', /anna@corp\.example.*ErrorAccountDisabled/, /Get-Mailbox|describe-user/],
  ),
  fault(
    'a server that throttles',
    servers,
    (stand) => {
      stand.exchange.script.GetFolder = () => {
        throw new Fault('ErrorServerBusy', { BackOffMilliseconds: '300000' })
      }
      stand.imap.special = (name) =>
        name === 'AUTHENTICATE' ? '% NO [LIMIT] Maximum number of connections exceeded' : undefined
    },
    ['failed', 'server busy', /wants to be left alone/, /Ask again later/],
  ),
  fault(
    'a clock that is an hour behind',
    ews,
    (stand) => {
      stand.exchange.script.GetFolder = (_, { response }) => {
        response.setHeader('date', new Date(Date.now() - HOUR_MS).toUTCString())
        return found
      }
    },
    ['warning', 'clock', /clock is 3[56]\d\d s behind ours/, /w32tm/],
  ),
  fault(
    'an Exchange that is too old',
    ews,
    (stand) => {
      stand.exchange.script.GetFolder = async (_, { response }) => {
        const text = Buffer.concat(
          await Array.fromAsync(encodeParts(formatResponse('GetFolder', found as never))),
        ).toString()
        response.setHeader('content-type', 'text/xml; charset=utf-8')
        response.end(text.replace('MajorVersion="15"', 'MajorVersion="8"'))
        return undefined
      }
    },
    ['failed', 'version', /^8\./, /Exchange 2010 with Service Pack 1/],
  ),
  fault(
    'a certificate that ends before the batch moves',
    ews,
    (stand) => {
      stand.batch = { startAfter: null, completeAfter: Date.now() + 900 * DAY_MS }
    },
    ['warning', 'certificate', /ends on/, /renewed/],
  ),
]
