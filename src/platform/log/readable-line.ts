import { visibleText } from './visible-text.ts'

/** A JSON log line as a person reads it: `19:31:02 info  message  name=value`. */
export function formatReadableLine(json: string): string {
  const {
    level,
    time,
    msg,
    err,
    pid: _pid,
    hostname: _hostname,
    ...rest
  } = JSON.parse(json) as Record<string, unknown>
  const clock = new Date(Number(time)).toTimeString().slice(0, 8)
  const fields = Object.entries(rest).map(([name, value]) => `  ${name}=${shown(value)}`)
  const cause = err === undefined ? '' : `  ${visibleText((err as { message?: string }).message ?? '')}`
  return `${clock} ${String(level).padEnd(5)} ${visibleText(String(msg ?? ''))}${cause}${fields.join('')}\n`
}

const shown = (value: unknown) =>
  visibleText(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''))
