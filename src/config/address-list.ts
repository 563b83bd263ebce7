import { isIP } from 'node:net'

/** Whether a text is a list of IP addresses and networks, separated by commas: `192.0.2.1, 10.0.0.0/8`. */
export function isNetworkList(text: string): boolean {
  return itemsOf(text).every((item) => {
    const [address = '', prefix, ...rest] = item.split('/')
    const version = isIP(address)
    if (version === 0 || rest.length > 0) return false
    return (
      prefix === undefined || (/^[0-9]{1,3}$/.test(prefix) && Number(prefix) <= (version === 4 ? 32 : 128))
    )
  })
}

/** Whether a text is a list of IP addresses with optional ports: `192.0.2.53, 192.0.2.54:5353, [2001:db8::53]:53`. */
export function isServerList(text: string): boolean {
  return itemsOf(text).every((item) => {
    if (isIP(item) !== 0) return true
    const [, six, four, port] = /^(?:\[([^\]]*)\]|([0-9.]+))(?::([0-9]{1,5}))?$/.exec(item) ?? []
    if (isIP(six ?? four ?? '') !== (six === undefined ? 4 : 6)) return false
    return port === undefined || (Number(port) > 0 && Number(port) <= 65_535)
  })
}

const itemsOf = (text: string): string[] => (text === '' ? [] : text.split(/, ?/))
