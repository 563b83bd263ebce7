/** Where Autodiscover of a mail domain may be, in the order in which it is looked for (exchange-interop.md 2.1). */
export function candidateUrls(domain: string): URL[] {
  return [domain, `autodiscover.${domain}`].flatMap((host) =>
    ['svc', 'xml'].map((kind) => new URL(`https://${host}/autodiscover/autodiscover.${kind}`)),
  )
}

/** Asked over plain HTTP, without credentials, for a redirect to HTTPS. */
export const redirectUrl = (domain: string): URL =>
  new URL(`http://autodiscover.${domain}/autodiscover/autodiscover.xml`)

/** Whether a host belongs to a domain, so that it may be shown the domain's credentials. */
export const isWithin = (host: string, domain: string): boolean =>
  host.toLowerCase() === domain.toLowerCase() || host.toLowerCase().endsWith(`.${domain.toLowerCase()}`)
