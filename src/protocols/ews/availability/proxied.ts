import type { HttpRequest } from '#src/platform/http/route.ts'

/**
 * Whether another system passes a question of its own users on to us: Exchange by its user agent, another Landbridge by
 * its header. Such a question is answered from here or not at all, so that it never goes in a circle (exchange-interop.md 2.4).
 */
export function isProxied(headers: HttpRequest['headers']): boolean {
  return /^ASProxy\//i.test(headers['user-agent'] ?? '') || headers['x-landbridge-hop'] !== undefined
}
