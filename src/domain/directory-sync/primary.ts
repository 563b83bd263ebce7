/** Of proxyAddresses: the one with its prefix in capitals, without that. */
export const primaryOf = (proxyAddresses: readonly string[]): string | null =>
  proxyAddresses.find((proxy) => proxy.startsWith('SMTP:'))?.slice(5) ?? null
