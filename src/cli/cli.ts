import type { Command } from 'commander'
import type { Connection } from '#src/app/connect.ts'
import { type LoadedConfig, loadConfig } from '#src/config/load-config.ts'
import type { Config } from '#src/config/settings.ts'
import { visibleText } from '#src/platform/log/visible-text.ts'
import { asTyped, type Typed } from './as-typed.ts'
import type { Io } from './io.ts'
import { inTheirWords } from './member-words.ts'
import { Progress, type Seen } from './progress.ts'
import { printResult, type Result } from './result.ts'
import { Session } from './session.ts'
import type { GivenSettings } from './setting-options.ts'

/** Options that every command takes. */
export type GlobalOptions = { data?: string; config?: string; json?: boolean; yes?: boolean; org?: string }

type Work = (session: Session, options: Record<string, unknown>, ...args: string[]) => Promise<Result>

/** What command files are made with: it carries out their work and remembers the exit code. */
export class Cli {
  readonly io: Io
  exitCode = 0
  /** Help or version, where a program asked for it. */
  told = ''
  /** What is carried out; sentences are told in its terms. */
  typed: Typed | undefined

  constructor(io: Io) {
    this.io = io
  }

  /** The configuration as the options of a command choose it, under settings that the command sets itself. */
  config(options: GlobalOptions, settings: GivenSettings = { values: {}, names: {} }): LoadedConfig {
    const loaded = loadConfig({
      file: options.config,
      environment: this.io.environment,
      options: { ...settings.values, ...(options.data !== undefined && { dataFolder: options.data }) },
      optionNames: options.data === undefined ? settings.names : { ...settings.names, dataFolder: '--data' },
    })
    for (const warning of loaded.warnings) this.io.stderr.write(`landbridge: ${visibleText(warning)}\n`)
    return loaded
  }

  /**
   * A command of the administration: it gets a session and its result is printed. `answerMs`: how long a service that takes the
   * connection may be silent before its first word; an operation may take longer.
   */
  administers(command: Command, work: Work, reach: { answerMs?: number } = {}): Command {
    return this.does(command, async (options, ...args) => {
      const connection = await this.connect(this.config(options).config, reach)
      try {
        const inOrganization = command.options.some(({ long }) => long === '--org')
        const session = new Session(this.io, connection, options, inOrganization)
        return await this.print(await work(session, options as Record<string, unknown>, ...args), options)
      } finally {
        await connection.close()
      }
    })
  }

  /** The administration of the data folder; while data of an older version is brought over here, how far that is shows. */
  async connect(config: Config, reach: { create?: boolean; answerMs?: number } = {}): Promise<Connection> {
    const { connectAdmin } = await import('#src/app/connect.ts')
    const upgrading = new Progress(this.io)
    const report = (seen: Seen) => upgrading.show(seen)
    return connectAdmin(config, { ...reach, report }).finally(() => upgrading.end())
  }

  /** Any other command. It answers its exit code. */
  does(command: Command, work: (options: GlobalOptions, ...args: string[]) => Promise<number>): Command {
    return command.action(async (...params: unknown[]) => {
      // commander hands over the arguments, then the command's own options, then the command.
      const args = params.slice(0, -2) as string[]
      this.typed = { command, options: command.optsWithGlobals(), args }
      try {
        this.exitCode = await work(command.optsWithGlobals(), ...args)
      } catch (error) {
        throw inTheirWords(error, command)
      }
    })
  }

  print(result: Result, options: GlobalOptions): Promise<number> {
    return printResult(this.io, toldAsTyped(result, this.typed), options.json === true)
  }
}

/** What people read of a result, with commands as they are typed here. */
function toldAsTyped(result: Result, typed: Typed | undefined): Result {
  const told = (text: string) => asTyped(text, typed)
  if (!('pages' in result)) return { ...result, text: told(result.text) }
  const { after } = result
  return {
    ...result,
    columns: result.columns.map((column) => ({
      ...column,
      tell: told,
    })),
    empty: told(result.empty),
    ...(after !== undefined && { after: told(after) }),
  }
}
