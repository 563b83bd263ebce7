/** An Exchange server of a few lines that answers each operation as a test says, and a source that reads it. */
import { type ExchangeSourceOptions, openExchangeSource } from '#connectors/exchange/exchange-source.ts'
import type { MailboxSource, SourceFolder } from '#src/domain/migration/source.ts'
import type { Spool } from '#src/platform/spool/spool.ts'
import { formatFault } from '#src/wire/ews/fault.ts'
import type { Operation, Request, RequestHeaders, Response, ResponseCode } from '#src/wire/ews/message.ts'
import { parseRequest } from '#src/wire/ews/request.ts'
import { formatResponse } from '#src/wire/ews/response.ts'
import { typesNamespace } from '#src/wire/ews/schema.ts'
import type { SyncFolderItemsChangesType } from '#src/wire/ews/schema-types.ts'
import { type AnyElement, anyElement } from '#src/wire/xml/any-element.ts'
import { encodeParts } from '#src/wire/xml/xml-writer.ts'
import { reply, type StubHttps, type StubRequest, stubHttps } from '#test/support/stub-https.ts'
import { testSpool } from './exchange-site.ts'

/** What is answered instead of a response. */
export class Fault extends Error {
  readonly code: ResponseCode
  readonly values: Record<string, string>

  constructor(code: ResponseCode, values: Record<string, string> = {}) {
    super(code)
    this.code = code
    this.values = values
  }
}
export class Status extends Error {
  readonly status: number
  readonly headers: Record<string, string>

  constructor(status: number, headers: Record<string, string> = {}) {
    super(String(status))
    this.status = status
    this.headers = headers
  }
}

export type Script = {
  [O in Operation]?: (request: Request<O>, asked: Asked) => object | Promise<object> | undefined
}
type Asked = {
  headers: RequestHeaders
  http: StubRequest['request']['headers']
  calls: number
  /** For who answers nothing, to be answered otherwise. */
  response: StubRequest['response']
}

export type ScriptedExchange = {
  stub: StubHttps
  spool: Spool
  /** Operations in the order in which they came. */
  calls: Operation[]
  requests: { operation: Operation; request: never; headers: RequestHeaders }[]
  source(options?: Partial<ExchangeSourceOptions>): MailboxSource
  end(): Promise<void>
}

export const good = { ResponseClass: 'Success', ResponseCode: 'NoError' } as const
export const bad = (ResponseCode: ResponseCode, MessageText = '', values: Record<string, string> = {}) => ({
  ResponseClass: 'Error' as const,
  ResponseCode,
  MessageText,
  DescriptiveLinkKey: 0,
  ...(Object.keys(values).length > 0 && { MessageXml: valuesOf(values) }),
})
const valuesOf = (values: Record<string, string>): AnyElement[] =>
  Object.entries(values).map(([name, value]) => anyElement(typesNamespace, 'Value', value, { Name: name }))

export const inbox: SourceFolder = {
  key: 'F1',
  parent: null,
  name: 'Inbox',
  role: 'inbox',
  class: 'message',
  folderClass: null,
  items: null,
  sizeBytes: null,
}

/** GetItem by id: each entry answers for its item. */
export const getItems =
  (answer: (id: string, request: Request<'GetItem'>) => object) =>
  (request: Request<'GetItem'>): object => ({
    ResponseMessages: request.ItemIds.map((one) => ({
      GetItemResponseMessage: answer(one.ItemId?.Id ?? '', request),
    })),
  })

const folderFound = (Id = 'F1'): object => ({
  GetFolderResponseMessage: { ...good, Folders: [{ Folder: { FolderId: { Id, ChangeKey: 'a' } } }] },
})

/** SyncFolderItems: these changes, and no more of them. */
export const changesOf = (Changes: SyncFolderItemsChangesType) => ({
  ResponseMessages: [
    {
      SyncFolderItemsResponseMessage: {
        ...good,
        SyncState: 'S',
        IncludesLastItemInRange: true,
        Changes,
      },
    },
  ],
})

/** FindFolder: there is none. */
export const noFolders = () => ({
  ResponseMessages: [
    {
      FindFolderResponseMessage: {
        ...good,
        RootFolder: { IncludesLastItemInRange: true, TotalItemsInView: 0, Folders: [] },
      },
    },
  ],
})

export async function scriptedExchange(script: Script): Promise<ScriptedExchange> {
  const calls: Operation[] = []
  const requests: ScriptedExchange['requests'] = []
  const usual: Script = {
    GetFolder: ({ FolderIds }) => ({ ResponseMessages: FolderIds.map(() => folderFound()) }),
  }
  const stub = await stubHttps(async (asked) => {
    if (asked.body === '') return reply(asked, 401, '', { 'www-authenticate': ['Basic realm="x"', 'NTLM'] })
    const { call, headers } = parseRequest(asked.body)
    if (call.operation === undefined)
      return reply(asked, 500, formatFault('ErrorInvalidRequest', 'unknown').join(''))
    const { operation } = call
    calls.push(operation)
    requests.push({ operation, request: call.request as never, headers })
    const answer = (script[operation] ?? usual[operation]) as ((...args: unknown[]) => object) | undefined
    try {
      if (answer === undefined) throw new Fault('ErrorInvalidRequest')
      const response = await answer(call.request, {
        headers,
        http: asked.request.headers,
        calls: calls.length,
        response: asked.response,
      })
      if (response === undefined) return
      const pieces: Uint8Array[] = []
      for await (const piece of encodeParts(
        formatResponse(operation, response as Response<typeof operation>),
      ))
        pieces.push(piece)
      asked.response.writeHead(200, {
        'content-type': 'text/xml; charset=utf-8',
        'set-cookie': 'X-BackEndCookie=here; path=/',
      })
      asked.response.end(Buffer.concat(pieces))
    } catch (error) {
      if (error instanceof Status)
        return reply(asked, error.status, 'no', { ...error.headers, 'content-type': 'text/html' })
      if (!(error instanceof Fault)) throw error
      return reply(asked, 500, formatFault(error.code, error.code, error.values).join(''))
    }
  })
  const { spool, end } = await testSpool()
  const opened: MailboxSource[] = []
  return {
    stub,
    spool,
    calls,
    requests,
    source(options = {}) {
      const made = openExchangeSource({
        url: `${stub.url}/EWS/Exchange.asmx`,
        login: { user: 'CORP\\svc', password: 'geheim', scheme: 'basic' },
        tls: { ca: stub.pair.cert },
        spool,
        version: '0.0.0',
        retryMs: [1, 1],
        ...options,
      })
      opened.push(made)
      return made
    },
    async end() {
      for (const one of opened) await one.close()
      await stub.close()
      await end()
    },
  }
}
